"""Words for files that are made, and why one was not."""

from collections.abc import Iterable

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from moderation.capture.shots import Failed
from moderation.register.making import NO_SPACE, TOO_MANY_ROWS
from moderation.register.models import Export

register = template.Library()

WHY = {
    TOO_MANY_ROWS: gettext_lazy("Too many cases for a printed book: choose a shorter period, or take the Excel file."),
    NO_SPACE: gettext_lazy("The disk is full: make room, then ask for it again."),
    Failed.BROWSER_MISSING: gettext_lazy("There is no browser on this machine to print with: take Excel or CSV."),
    Failed.TIMEOUT: gettext_lazy("Printing took too long: choose a shorter period, or ask for it again."),
    Failed.TOO_LARGE: gettext_lazy("The file became too large: choose a shorter period, or take the Excel file."),
}


@register.filter
def why_not_made(reason: str) -> str:
    words = {str(key): value for key, value in WHY.items()}
    return str(
        words.get(reason) or _("The machine broke off. Ask for it again; if it stays so, tell who runs the desk.")
    )


@register.filter
def any_wanted(files: Iterable[Export]) -> bool:
    return any(one.state == Export.State.WANTED for one in files)
