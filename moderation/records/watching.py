"""Whether the comments of open cases are still there: asked where a platform can tell, at the end of a fetch.

Bounded: `AT_ONCE` comments a fetch, each as often as its platform declares (`Capability.looks_every`). One that is
gone is marked, its evidence stays; one that turns up again is marked so. What a platform says about its own is not
doubted: a person sees both times.
"""

from datetime import datetime

from connectors.errors import ConnectorError
from connectors.lane import Lane
from moderation.models import Message
from moderation.records import changes

AT_ONCE = 50


def look(taken: Lane, at: datetime) -> int:
    """How many were looked for. Trouble with it is none for the fetch: the next one tries again."""
    every = taken.account.capability.looks_every
    if every is None:
        return 0
    rows = dict(Message.objects.to_look_at(taken.account, at - every).values_list("remote_id", "id")[:AT_ONCE])
    if not rows:
        return 0
    try:
        shown = taken.connector.still_shown(list(rows))
    except ConnectorError:
        return 0
    Message.objects.filter(id__in=rows.values()).update(looked_at=at)
    gone, there = ([one for one in rows if shown.get(one) is told] for told in (False, True))
    changes.note_missing(taken.account.id, gone, there, at)
    return len(rows)
