"""What the pages of the judgement need in templates."""

import uuid

from django import template

from connectors.base import MessageKind
from moderation.judging import emergency
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


@register.filter
def can_be_hidden(message: Message | None) -> bool:
    """A public comment with personal data, where the platform can hide it."""
    if message is None or message.account is None or message.kind != MessageKind.COMMENT:
        return False
    return "personal_data" in message.flags and message.account.capability.can_hide
