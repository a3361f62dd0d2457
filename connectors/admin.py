"""Read-only: accounts and writes are changed by the desk's own pages and verbs. Secrets are never shown."""

from django.contrib import admin

from connectors.models import Account, Outgoing
from offices.admin import ReadOnlyAdmin


@admin.register(Account)
class AccountAdmin(ReadOnlyAdmin):
    list_display = ["platform", "handle", "office", "state", "reason", "last_ok_at"]
    list_filter = ["office", "state"]
    list_select_related = ["office"]
    exclude = ["secrets", "session"]


@admin.register(Outgoing)
class OutgoingAdmin(ReadOnlyAdmin):
    list_display = ["id", "kind", "state", "account", "due_at", "sent_at", "reason"]
    list_filter = ["state", "office"]
    list_select_related = ["account"]
    show_full_result_count = False
