"""Two people at once: whoever answers says what they had seen, and one of two is told that the other was quicker.

`Message.turns` counts the answers and drafts of a message. The form carries the number that its writer saw; taking a
turn is one conditional UPDATE, so of two who saw the same number only one takes it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from moderation.drafting.models import Draft
from moderation.models import Answer, Message
from offices.models import Officer


class Overtaken(Exception):
    """Somebody else answered or drafted since the writer began. Nothing was stored."""


@dataclass(frozen=True)
class Turn:
    """What somebody else said meanwhile."""

    who: Officer | None
    text: str
    at: datetime
    is_draft: bool


def take_turn(message: Message, seen: int | None) -> None:
    """Count one more answer or draft. `seen` None: it is no matter what others said. Raises Overtaken."""
    rows = Message.objects.filter(id=message.id)
    if seen is not None:
        rows = rows.filter(turns=seen)
    if not rows.update(turns=F("turns") + 1):
        raise Overtaken


def turns_since(message: Message, seen: int) -> tuple[int, Sequence[Turn]]:
    """The number now, and what was said since that number, oldest first; read anew."""
    now = Message.objects.values_list("turns", flat=True).get(id=message.id)
    missed = max(now - seen, 0)
    answers = Answer.objects.filter(message=message).exclude(kind=Answer.Kind.THANKS).select_related("author")
    said = [Turn(one.author, one.text, one.created_at, False) for one in answers.order_by("-id")[:missed]]
    drafts = Draft.objects.filter(message=message).exclude(state=Draft.State.SENT).select_related("author")
    said += [Turn(one.author, one.text, one.written_at, True) for one in drafts.order_by("-id")[:missed]]
    newest = sorted(said, key=lambda turn: turn.at)
    return now, newest[-missed:] if missed else []
