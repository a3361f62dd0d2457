"""Read-only: messages, cases and answers change by the desk's own pages, each with its Event."""

from django.contrib import admin

from moderation.judging.models import Topic, Trial, Word
from moderation.models import Answer, Case, Evidence, Message
from offices.admin import ReadOnlyAdmin


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    list_display = ["id", "author", "channel", "label", "state", "written_at"]
    list_filter = ["state", "label", "office"]
    search_fields = ["text", "author_name", "author_handle"]
    show_full_result_count = False


@admin.register(Case)
class CaseAdmin(ReadOnlyAdmin):
    list_display = ["number", "office", "label", "urgent", "state", "officer", "opened_at"]
    list_filter = ["state", "office"]
    list_select_related = ["office", "officer"]
    search_fields = ["number"]


@admin.register(Evidence)
class EvidenceAdmin(ReadOnlyAdmin):
    list_display = ["id", "case", "kind", "state", "reason", "captured_at"]
    list_filter = ["state", "kind"]
    list_select_related = ["case"]


@admin.register(Answer)
class AnswerAdmin(ReadOnlyAdmin):
    list_display = ["id", "kind", "text", "author", "created_at"]
    list_select_related = ["author"]


@admin.register(Topic)
class TopicAdmin(ReadOnlyAdmin):
    list_display = ["name", "slug", "office", "owner", "retired_at"]
    list_filter = ["office"]
    list_select_related = ["office", "owner"]


@admin.register(Trial)
class TrialAdmin(ReadOnlyAdmin):
    list_display = ["id", "office", "right", "why", "version", "at"]
    list_filter = ["right", "why", "office"]
    list_select_related = ["office"]
    show_full_result_count = False


@admin.register(Word)
class WordAdmin(ReadOnlyAdmin):
    list_display = ["word", "list", "taken_out", "office", "by", "at"]
    list_filter = ["list", "office"]
    list_select_related = ["office", "by"]
