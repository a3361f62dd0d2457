"""What the pages of messages offer: decisions about a comment, and what is left to a person."""

from django import template

from connectors.base import Kind
from moderation import moderating
from moderation.models import Answer, Message
from moderation.satisfaction.link import without_link

register = template.Library()


@register.filter
def decisions(message: Message) -> list[moderating.Decision]:
    """Below a message. To let stand what is held is offered above, where the page says that it is held."""
    offered = moderating.decisions(message)
    return [one for one in offered if not (message.held and one.may and one.kind is Kind.APPROVE)]


@register.filter
def as_shown(answer: Answer) -> str:
    """What we said, but for the link with which a citizen says whether it was solved."""
    return without_link(answer.text) if answer.kind == Answer.Kind.SOLVED else answer.text


@register.filter
def can_answer(message: Message) -> bool:
    return moderating.can_answer(message)


@register.filter
def left_to_a_person(answer: Answer) -> bool:
    return moderating.left_to_a_person(answer)
