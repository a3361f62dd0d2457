"""What becomes of the words in the answer's field: sent, submitted, kept as a draft, or only noted as said by hand."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from moderation import moderating, reply
from moderation.drafting import rules, writing
from moderation.drafting.models import Draft
from moderation.drafting.window import NoPrivateReply, takes_private
from moderation.models import Answer, Message
from offices.models import Officer


class Wish(StrEnum):
    """The buttons below the field."""

    SEND = "send"
    PRIVATE = "private"
    NOTE = "note"
    """It was said outside already."""
    KEEP = "keep"
    SUBMIT = "submit"
    SUBMIT_PRIVATE = "submit_private"

    @property
    def is_private(self) -> bool:
        return self in (Wish.PRIVATE, Wish.SUBMIT_PRIVATE)


@dataclass(frozen=True)
class Words:
    """What was typed to a message, by whom, and what they had seen then."""

    message: Message
    text: str
    author: Officer
    key: uuid.UUID
    seen: int | None = None
    replaces: Draft | None = None

    @property
    def are_the_drafts(self) -> bool:
        """Nothing was changed: they are still the words of who wrote (and approved) the draft."""
        return self.replaces is not None and self.replaces.text == self.text


def possible(wish: Wish, message: Message) -> Wish:
    """What the procedure and the platform make of the wish: without approval nothing is sent, and what the desk cannot
    send is noted. What is meant for private stays so, or is refused (`window.NoPrivateReply`)."""
    if wish is Wish.NOTE or wish is Wish.KEEP:
        return wish if message.case_id or wish is Wish.NOTE else Wish.SEND
    if rules.needs_approval(message.case):
        return Wish.SUBMIT_PRIVATE if wish.is_private else Wish.SUBMIT
    if wish.is_private:
        return Wish.PRIVATE
    return Wish.SEND if moderating.can_answer(message) else Wish.NOTE


@transaction.atomic
def act(wish: Wish, words: Words, at: datetime) -> Wish:
    """Do it; what was really done. Raises `turns.Overtaken` where somebody was quicker, and `window.NoPrivateReply`."""
    wish = possible(wish, words.message)
    if Answer.objects.filter(key=words.key).exists():  # a double tap
        return wish
    if wish.is_private and not takes_private(words.message, at):
        raise NoPrivateReply
    draft = words.replaces if words.are_the_drafts else None
    sends = wish in (Wish.SUBMIT, Wish.SUBMIT_PRIVATE, Wish.SEND, Wish.PRIVATE)
    if draft is not None and sends and draft.private == wish.is_private:
        if writing.send(draft, at, words.author, seen=words.seen, key=words.key) is not None:
            return Wish.PRIVATE if draft.private else Wish.SEND
        if wish in (Wish.SUBMIT, Wish.SUBMIT_PRIVATE) and writing.submit(draft, at, words.author):
            return wish
    if wish in (Wish.KEEP, Wish.SUBMIT, Wish.SUBMIT_PRIVATE):
        return _draft(wish, words, at)
    return _answer(wish, words, at)


def _draft(wish: Wish, words: Words, at: datetime) -> Wish:
    case = words.message.case
    assert case is not None  # `possible` let it through
    given = (words.message, case, words.text, words.author, words.key, at)
    draft = writing.write(*given, private=wish.is_private, seen=words.seen, replaces=words.replaces)
    if wish is not Wish.KEEP:
        writing.submit(draft, at, words.author)
    return wish


def _answer(wish: Wish, words: Words, at: datetime) -> Wish:
    given = (words.message, words.text, words.author, words.key, at, words.message.case)
    if wish is Wish.NOTE:
        reply.answer_by_hand(*given, seen=words.seen)
    else:
        reply.answer(*given, private=wish is Wish.PRIVATE, seen=words.seen)
    if words.replaces is not None:
        writing.drop(words.replaces, at, words.author)
    return wish
