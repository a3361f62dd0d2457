"""The clock of a case, and what is due, for the pages of cases."""

from django import template
from django.utils import timezone

from moderation.models import NEVER, Case
from moderation.steps.forms import ExtendForm, WaitForm
from moderation.steps.showing import Clock, clock_of, urgency
from offices.models import Officer

register = template.Library()


@register.simple_tag
def clock(case: Case, officer: Officer) -> Clock | None:
    return clock_of(case, officer)


@register.simple_tag
def wait_form() -> WaitForm:
    return WaitForm(auto_id="wait_%s")


@register.simple_tag
def extend_form() -> ExtendForm:
    return ExtendForm(auto_id="extend_%s")


@register.inclusion_tag("moderation/_due.html")
def due(case: Case) -> dict[str, object]:
    """Late, due today, or when; nothing where nothing is due."""
    known = case.due_at < NEVER
    return {"due_at": case.due_at if known else None, "urgency": urgency(case.due_at, timezone.now()) if known else ""}
