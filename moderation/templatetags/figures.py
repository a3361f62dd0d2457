"""Figures in words."""

from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from moderation.figures.behind import FILTERS, asked
from moderation.figures.indicators import Measure, What
from moderation.figures.page import Line, Report, in_words, names_of
from moderation.figures.period import Period
from moderation.figures.reading import Figure
from offices.models import Office

register = template.Library()

WORDS = {
    What.IN_TIME: _("Answered in time"),
    What.LATE: _("Answered too late, or not at all"),
    What.STAGE_IN_TIME: _("Stage in time"),
    What.STAGE_LATE: _("Stage too late"),
    What.ANSWERED: _("Answered"),
    What.HANDLED: _("Complaint handled"),
    What.UNHANDLED: _("Complaint waits for its follow-up"),
    What.SOLVED: _("Citizen says: solved"),
    What.UNSOLVED: _("Citizen says: not solved"),
    What.LOST: _("Lost"),
    What.OPENED: _("Case opened"),
}


@register.filter
def spoken_minutes(minutes: float | None) -> str:
    """Working time in words: "15 jam 30 menit"; a day is as long as an office is open, so it stays hours."""
    if minutes is None:
        return "–"
    hours, rest = divmod(round(minutes), 60)
    parts = [ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}] if hours else []
    if rest or not hours:
        parts.append(ngettext("%(n)d minute", "%(n)d minutes", rest) % {"n": rest})
    return " ".join(parts)


@register.filter
def percent(value: float | None) -> str:
    """Rounded, as `number_format` alone would cut: two of three are 66,7 %."""
    if value is None:
        return "–"
    tenths = round(value, 1)
    return f"{number_format(tenths, 1 if tenths < 100 and tenths % 1 else 0)}\u00a0%"


@register.simple_tag
def measured(figure: Figure, value: float | None) -> str:
    """A realisation or a target in the indicator's own measure."""
    if figure.indicator.measure is Measure.SHARE:
        return percent(value)
    if figure.indicator.measure is Measure.MINUTES:
        return spoken_minutes(value)
    return "–" if value is None else number_format(value, 0)


@register.simple_tag(takes_context=True)
def cases_behind(context: dict[str, Any], report: Report, what: str, row: Line | None = None) -> str:
    """The address of the list of cases behind a figure of this page, or of one row of its tables."""
    query = {"show": "all", "angka": what, "periode": str(report.period)}
    if centre := context["request"].GET.get("kantor"):
        query["kantor"] = centre
    return f"{reverse('cases')}?{urlencode(query | (row.query if row else {}))}"


@register.simple_tag(takes_context=True)
def opening(context: dict[str, Any], report: Report, row: Line, what: str, words: str = "") -> str:
    """A figure in a row of a table (`words`; without them its number), as a link to the cases behind it. Where there
    are none, it is no link."""
    n = row.number(what)
    said = words or number_format(n, 0, force_grouping=True)
    if not n:
        return said
    return format_html('<a class="look" href="{}">{}</a>', cases_behind(context, report, what, row), said)


@register.inclusion_tag("moderation/_behind.html", takes_context=True)
def behind_figure(context: dict[str, Any]) -> dict[str, Any]:
    """On the list of cases: which figure's cases these are, in the words of the figures' page."""
    request = context["request"]
    what = asked(request.GET)
    if what is None:
        return {"what": None}
    offices = list(Office.objects.visible_to(request.user))
    narrowed = [(key, request.GET[key]) for key in FILTERS if request.GET.get(key)]
    groups = [names_of(offices, by).get(key, key) for by, key in narrowed]
    period = Period.read(request.GET.get("periode", ""), timezone.localdate())
    return {"what": WORDS.get(what), "period": in_words(period), "groups": groups}
