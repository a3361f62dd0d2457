"""The plain admin, for what the desk's own pages do not cover."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.http import HttpRequest

from offices.models import Event, Notice, Office, Officer, Unit


@admin.register(Office)
class OfficeAdmin(admin.ModelAdmin[Office]):
    list_display = ["name", "kind", "parent", "time_zone", "thanks"]
    list_filter = ["kind"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(Unit)
class UnitAdmin(admin.ModelAdmin[Unit]):
    list_display = ["name", "office"]
    list_filter = ["office"]


@admin.register(Officer)
class OfficerAdmin(UserAdmin[Officer]):
    list_display = ["username", "first_name", "office", "role", "is_active"]
    list_filter = ["office", "role", "is_active"]
    fieldsets = (*(UserAdmin.fieldsets or ()), (None, {"fields": ["office", "unit", "role", "phone"]}))


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """For rows that only the desk's own verbs may write."""

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ["at", "office", "verb", "subject", "actor"]
    list_filter = ["office"]
    list_select_related = ["office", "actor"]
    search_fields = ["subject", "verb"]
    show_full_result_count = False


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    list_display = ["at", "office", "kind", "urgent", "seen_at"]
    list_select_related = ["office"]
    show_full_result_count = False
