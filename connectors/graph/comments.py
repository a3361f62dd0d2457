"""Walking the comments under own posts. What it must never do is skip a citizen, so it leans on no order:

- a post is read again when its number of comments changed; its pages are walked until that many new ones turned up,
  and to the end where they don't (one was deleted, one let through late by a filter);
- a deleted and a new comment leave the number as it was: posts are therefore re-read now and then all the same, the
  last two days' every ten minutes, older ones every six hours, at most two a fetch. That is the longest delay (and
  webhooks, where an office has them, are quicker);
- all that was walked is handed over, repeats included: the database knows what it has.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from connectors.base import Incoming
from connectors.errors import Reason, Refused
from connectors.graph.reading import Json, OwnPost

WATCHED = 25
"""Own posts whose comments are read: about a month of a daily calendar."""
YOUNG_S = 2 * 86_400
REREAD_YOUNG_S = 600
REREAD_OLD_S = 6 * 3600
REREADS = 2


@dataclass(slots=True)
class Mark:
    """How far a post was read: its number of comments then, when, and the newest comment's second."""

    count: int
    read_at: int
    newest: int

    @classmethod
    def kept(cls, data: Any) -> "Mark | None":
        return cls(data["n"], data["at"], data["new"]) if data else None

    def json(self) -> dict[str, int]:
        return {"n": self.count, "at": self.read_at, "new": self.newest}


class Comments(Protocol):
    """What a platform tells about its comments."""

    def comment_pages(self, post: str) -> Iterable[list[Json]]:
        """All comments of a post, answers among them, a page at a time."""

    def comment_in(self, comment: Json, post: OwnPost) -> Incoming: ...

    def is_own(self, comment: Json) -> bool: ...


def read_post(
    comments: Comments, post: OwnPost, known: Mark | None, now: int, floor: int
) -> tuple[list[Incoming], list[Incoming], Mark]:
    """The citizens' comments of a post written since `floor` (repeats included), oldest first; ours; and how far it
    is read now. A post that is gone since it was listed stops nothing else."""
    expected = post.comments - known.count if known and post.comments > known.count else None
    newest = known.newest if known else 0
    seen: dict[str, tuple[Incoming, bool]] = {}
    try:
        for page in comments.comment_pages(post.id):
            for one in page:
                message = comments.comment_in(one, post)
                seen[message.remote_id] = (message, comments.is_own(one))
            new = sum(message.written_at.timestamp() > newest for message, _ in seen.values())
            if expected is not None and new >= expected:
                break
    except Refused as error:
        if error.reason is not Reason.NOT_FOUND:
            raise
    latest = max([newest, *(int(message.written_at.timestamp()) for message, _ in seen.values())])
    young = [(message, own) for message, own in seen.values() if message.written_at.timestamp() >= floor]
    citizens = sorted((message for message, own in young if not own), key=lambda message: message.written_at)
    return citizens, [message for message, own in young if own], Mark(post.comments, now, latest)


def due(posts: list[OwnPost], known: Mapping[str, Mark | None], now: int) -> Iterator[OwnPost]:
    """The posts to read in this fetch, oldest first: changed ones, and at most REREADS unchanged ones."""
    changed, unchanged = [], []
    for post in posts:
        mark = known.get(post.id)
        if mark is None or mark.count != post.comments:
            changed.append(post)
        elif now - mark.read_at >= (REREAD_YOUNG_S if now - post.at < YOUNG_S else REREAD_OLD_S):
            unchanged.append((mark.read_at, post))
    again = [post for _, post in sorted(unchanged, key=lambda pair: pair[0])[:REREADS]]
    yield from sorted(changed + again, key=lambda post: (post.at, post.id))
