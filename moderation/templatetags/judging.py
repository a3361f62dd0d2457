"""What the pages of the judgement need in templates."""

import uuid

from django import template

from connectors.base import Kind
from moderation import moderating
from moderation.judging import emergency
from moderation.judging.rules import words_for
from moderation.models import Message
from offices.models import Office

register = template.Library()


@register.filter
def emergency_text(office: Office) -> str:
    return emergency.text_of(office)


@register.simple_tag
def fresh_key() -> str:
    """A double tap on a form with it is one answer."""
    return str(uuid.uuid4())


REASONS = 8
"""So many are told: the first ones decided most."""


@register.filter
def why_judged(message: Message) -> list[tuple[str, str]]:
    """The rules that made the verdict, in plain words, each with what it found; "" for the whole message. What is
    personal is covered here, too."""
    covered, told = message.masked_text, dict[tuple[str, str], None]()
    for reason in message.reasons:
        start, end = int(reason["start"]), int(reason["end"])
        told[words_for(reason["rule"]), "" if (start, end) == (0, len(covered)) else covered[start:end]] = None
    return list(told)[:REASONS]


@register.filter
def can_be_hidden(message: Message | None) -> bool:
    """A public comment with personal data, where the platform can hide it and nobody had it hidden yet."""
    if message is None or "personal_data" not in message.flags:
        return False
    return any(one.kind is Kind.HIDE and one.may for one in moderating.decisions(message))
