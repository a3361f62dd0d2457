"""What the templates of every app share: times with their zone's name, icons, the caller's address kept."""

from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.contrib.messages.storage.base import Message
from django.http import QueryDict
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from offices.centres import KEY, choices
from offices.history import words
from offices.models import Event, Office, Officer
from offices.requests import UNDO
from offices.roles import Allowed, may_in

register = template.Library()

ZONES = dict(Office.Zone.choices)


def _zone_name() -> str:
    name = timezone.get_current_timezone_name()
    return ZONES.get(name, name)


def _day_name(day: date) -> str:
    """Today, tomorrow, yesterday; else the weekday and the date, with the year where it is not this one."""
    today = timezone.localdate()
    near = {-1: _("yesterday"), 0: _("today"), 1: _("tomorrow")}.get((day - today).days)
    if near:
        return near
    return date_format(day, "D j M" if day.year == today.year else "D j M Y")


@register.filter
def moment(value: datetime | None) -> SafeString | str:
    """A time as people say it, with the zone: "hari ini 08.00 WIB"."""
    if value is None:
        return "–"
    local = timezone.localtime(value)
    words = f"{_day_name(local.date())} {date_format(local, 'H.i')} {_zone_name()}"
    return format_html('<time datetime="{}" title="{}">{}</time>', local.isoformat(), full(value), words)


@register.filter
def clock(value: datetime) -> SafeString:
    """The time of day, with the zone."""
    local = timezone.localtime(value)
    words = f"{date_format(local, 'H.i')} {_zone_name()}"
    return format_html('<time datetime="{}" title="{}">{}</time>', local.isoformat(), full(value), words)


@register.filter
def full(value: datetime) -> str:
    """Weekday, date, time to the second, zone: what a record says."""
    local = timezone.localtime(value)
    return f"{date_format(local, 'l, j F Y, H.i.s')} {_zone_name()}"


@register.filter
def day_heading(value: datetime) -> str:
    """A day's heading in a list by days."""
    day = timezone.localtime(value).date()
    near, whole = _day_name(day), date_format(day, "l, j F Y")
    in_words = abs((day - timezone.localdate()).days) <= 1
    return f"{near[:1].upper()}{near[1:]} · {whole}" if in_words else whole


@register.simple_tag
def zone_name() -> str:
    return _zone_name()


@register.simple_tag
def icon(name: str, title: str = "") -> SafeString:
    """One picture of icons.svg; decoration unless it has a title."""
    return _icon(f"{static('config/icons.svg')}#{name}", str(title))


@lru_cache(maxsize=500)
def _icon(address: str, title: str) -> SafeString:
    if title:
        return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}"></use></svg>', title, address)
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"></use></svg>', address)


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **changes: Any) -> str:
    """This page's query with some keys changed (empty: taken out): filters stay in the address."""
    kept: QueryDict = context["request"].GET.copy()
    for key, value in changes.items():
        if value in ("", None):
            kept.pop(key, None)
        else:
            kept[key] = str(value)
    return f"?{kept.urlencode()}"


@register.simple_tag(takes_context=True)
def allowed(context: dict[str, Any], row: Any) -> Allowed:
    """`{% allowed message as may %}`: what the officer may do with this very row, of whichever office it is. It takes
    the place of the page's own `may` until the end of the block."""
    officer: Officer = context["request"].user
    if hasattr(row, "may"):
        return Allowed(lambda permission: row.may(officer, permission))
    return Allowed(lambda permission: may_in(officer, permission, row.office))


@register.filter
def allows(may: Allowed, permission: str) -> bool:
    """Where the row says which permission is needed: `{% if may|allows:outgoing.permission %}`."""
    return may[permission]


@register.filter
def initial(name: str) -> str:
    """The first letter or digit of a name, for its round badge."""
    return next((letter.upper() for letter in name if letter.isalnum()), "?")


@register.filter
def in_language(words: dict[str, str] | None) -> str:
    """What an office wrote in both languages ({"id", "en"}), in that of the reader."""
    both = words or {}
    return both.get(get_language() or "id") or both.get("id", "")


@register.filter
def in_words(event: Event) -> str:
    return words(event)


@register.inclusion_tag("offices/_centre.html", takes_context=True)
def centre_filter(context: dict[str, Any]) -> dict[str, Any]:
    """For an officer over several offices: which of them is shown. The other filters stay."""
    request = context["request"]
    kept = [(name, value) for name, value in request.GET.items() if name not in (KEY, "after")]
    return {"offices": choices(request), "chosen": request.GET.get(KEY, ""), "kept": kept}


@register.filter
def undo_address(message: Message) -> str:
    """Where a bar's "Undo" goes; empty: nothing to undo."""
    tags = message.extra_tags or ""
    return tags.removeprefix(UNDO) if tags.startswith(UNDO) else ""
