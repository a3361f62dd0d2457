"""What the pages show of drafts and canned texts."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.utils import timezone

from moderation import moderating
from moderation.drafting import begun, canned, rules, soon
from moderation.drafting.begun import Writing
from moderation.drafting.canned import Canned
from moderation.drafting.models import Draft
from moderation.drafting.window import Window, window_of
from moderation.models import Case, Message
from offices.models import Officer
from offices.roles import Permission

register = template.Library()


@dataclass(frozen=True)
class Shown:
    """A draft with what this officer may do about it."""

    draft: Draft
    may_submit: bool
    may_take_back: bool
    may_decide: bool
    may_send: bool
    by_hand: bool
    """The desk cannot write there: a person says it."""
    changing: bool
    """Its words are in the field below: what is done with them is said there."""


@register.simple_tag(takes_context=True)
def drafts_of(context: dict[str, Any], case: Case) -> list[Shown]:
    officer: Officer = context["request"].user
    needed, in_field = rules.needs_approval(case), context["request"].GET.get("draf", "")
    return [
        shown(draft, officer, needed, str(draft.pk) == in_field) for draft in case.drafts.live().listed().order_by("id")
    ]


def shown(draft: Draft, officer: Officer, needed: bool, changing: bool) -> Shown:
    state = Draft.State
    written = draft.state in (state.WRITTEN, state.RETURNED)
    return Shown(
        draft=draft,
        may_submit=needed and written and not changing and officer.may(Permission.DRAFT),
        may_take_back=draft.state == state.SUBMITTED and draft.submitted_by_id == officer.id,
        may_decide=draft.state == state.SUBMITTED
        and officer.may(Permission.APPROVE)
        and rules.may_approve(draft, officer),
        may_send=(draft.state == state.APPROVED or (written and not needed))
        and not changing
        and officer.may(Permission.ANSWER),
        by_hand=not moderating.can_answer(draft.message),
        changing=changing and draft.state != state.SUBMITTED and officer.may(Permission.DRAFT),
    )


@register.simple_tag(takes_context=True)
def writing_to(context: dict[str, Any], message: Message) -> Writing:
    return begun.writing(message, context["request"].user, timezone.now())


@register.filter
def needs_approval(case: Case | None) -> bool:
    return rules.needs_approval(case)


@register.simple_tag
def canned_texts_for(message: Message, case: Case | None) -> list[Canned]:
    return canned.offered(message, case)


@register.filter
def may_say_received(case: Case, message: Message | None) -> bool:
    return message is not None and soon.may_say_received(case, message)


@register.filter
def may_ask_privately(message: Message | None) -> bool:
    return message is not None and soon.may_ask_privately(message)


@register.simple_tag
def received_text(case: Case, message: Message) -> str:
    return canned.text_for("received", message, case)


@register.simple_tag
def request_text(case: Case, message: Message) -> str:
    return canned.text_for("private", message, case)


@register.simple_tag
def window_for(message: Message) -> Window | None:
    return window_of(message, timezone.now())
