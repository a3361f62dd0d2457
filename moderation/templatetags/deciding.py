"""What the pages of messages offer: decisions about a comment, and what is left to a person."""

from django import template

from moderation import moderating
from moderation.models import Answer, Message

register = template.Library()


@register.filter
def decisions(message: Message) -> list[moderating.Decision]:
    return moderating.decisions(message)


@register.filter
def can_answer(message: Message) -> bool:
    return moderating.can_answer(message)


@register.filter
def can_answer_privately(message: Message) -> bool:
    return moderating.can_answer_privately(message)


@register.filter
def left_to_a_person(answer: Answer) -> bool:
    return moderating.left_to_a_person(answer)
