"""Read-only: posts are changed by the desk's own pages and by calendar files."""

from django.contrib import admin

from offices.admin import ReadOnlyAdmin
from scheduler.models import CalendarFile, Delivery, Post


@admin.register(CalendarFile)
class CalendarFileAdmin(ReadOnlyAdmin):
    list_display = ["name", "office", "read_at", "rows", "created", "updated", "withdrawn", "asks"]
    list_filter = ["office"]
    list_select_related = ["office"]


@admin.register(Post)
class PostAdmin(ReadOnlyAdmin):
    list_display = ["__str__", "office", "due_at", "theme"]
    list_filter = ["office", "theme"]
    list_select_related = ["office"]


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    list_display = ["row_key", "account", "post"]
    list_select_related = ["account", "post"]
