"""Wishes → Posts, Deliveries and Outgoing, a chunk at a time, inside the caller's transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from connectors import outgoing
from connectors.models import Outgoing
from offices.many import insert_many
from offices.models import Event, Officer
from scheduler.calendar_file.problems import Code, Problem
from scheduler.calendar_file.rows import Row
from scheduler.models import CalendarFile, Delivery, Post
from scheduler.plan import LOOKS_ALIKE, Does, Wish
from scheduler.publish import late_at
from scheduler.stored_media import Stored

State = Outgoing.State

TITLE_KEPT = 300
"""Characters; no platform takes as many."""
DIGESTS = ["caption_digest", "media_digest", "row_digest"]


@dataclass(slots=True)
class Tally:
    """What a chunk did, in rows; added to the record once its transaction stands."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    held: int = 0
    problems: list[Problem] = field(default_factory=list)

    def add_to(self, record: CalendarFile) -> None:
        record.created += self.created
        record.updated += self.updated
        record.unchanged += self.unchanged
        record.held += self.held


class Writer:
    """Writes what one reading wants. Every write of a chunk is one query, but for rows that were edited: each of
    those is one conditional UPDATE of the state machine."""

    def __init__(self, record: CalendarFile, at: datetime, officer: Officer | None) -> None:
        self.record = record
        self.office = record.office
        self.at = at
        self.officer = officer

    def write(self, chunk: Sequence[Sequence[Wish]]) -> Tally:
        """All wishes of some rows. Counts each row once, by the most that happened to it."""
        tally = Tally()
        posts = self.posts(chunk)
        self.create(chunk, posts)
        changed = {id(one) for wishes in chunk for one in wishes if one.does == Does.CHANGE and self.change(one, tally)}
        self.update_posts(chunk, posts, changed)
        for wishes in chunk:
            did = {one.does for one in wishes if one.does != Does.CHANGE or id(one) in changed}
            if did & {Does.CREATE, Does.RENEW}:
                tally.created += 1
            elif Does.CHANGE in did:
                tally.updated += 1
            else:
                tally.unchanged += 1
            tally.held += any(one.state == State.HELD for one in wishes if one.does in did)
            tally.problems += [self.too_late(one) for one in wishes if one.does == Does.TOO_LATE]
        return tally

    def too_late(self, one: Wish) -> Problem:
        more = {"account": str(one.account)}
        return Problem(Code.ALREADY_OUT, file=self.record.name, row=one.row.number, more=more)

    def posts(self, chunk: Iterable[Sequence[Wish]]) -> dict[int, Post]:
        """Each row's Post, by row number: the one that it has, else a new one."""
        found: dict[int, Post] = {}
        new: list[Post] = []
        for wishes in chunk:
            first = wishes[0]
            known = next((one.delivery for one in wishes if one.delivery is not None), None)
            if known is not None:
                found[first.row.number] = known.post
            else:
                found[first.row.number] = Post(office=self.office, **self.content(first))
                new.append(found[first.row.number])
        insert_many(new)
        return found

    def content(self, one: Wish) -> dict[str, Any]:
        row = one.row
        media = [
            {**entry, "sha256": stored.sha256, "name": stored.file.name}
            for entry, stored in zip(media_payload(row, one.media), one.media, strict=True)
        ]
        return {
            "calendar_file": self.record,
            "row": row.number,
            "theme": row.theme,
            "title": row.title[:TITLE_KEPT],
            "caption": row.caption,
            "media": media,
            "due_at": row.at,
        }

    def fields(self, one: Wish) -> dict[str, Any]:
        """What an Outgoing takes from its row."""
        return {
            "kind": one.row.kinds[one.account.id].value,
            "payload": {
                "text": one.row.captions[one.account.id],
                "media": media_payload(one.row, one.media),
                **({"title": one.row.title} if one.row.title and one.account.capability.title_max else {}),
            },
            "due_at": one.row.at,
            "late_at": late_at(one.row.at, self.office.late_after_minutes),
            "state": one.state,
            "reason": one.reason,
        }

    def create(self, chunk: Iterable[Sequence[Wish]], posts: dict[int, Post]) -> None:
        """New writes, and the Deliveries that hold them."""
        wanted = [one for wishes in chunk for one in wishes if one.does in (Does.CREATE, Does.RENEW)]
        rows = insert_many([Outgoing(office=self.office, account=one.account, **self.fields(one)) for one in wanted])
        new: list[Delivery] = []
        renewed: list[Delivery] = []
        events: list[Event] = []
        for one, row in zip(wanted, rows, strict=True):
            if one.delivery is None:
                post = posts[one.row.number]
                new.append(Delivery(post=post, account=one.account, row_key=one.row.key, outgoing=row))
                new[-1].likeness = one.likeness
            else:
                one.delivery.outgoing, one.delivery.likeness = row, one.likeness
                renewed.append(one.delivery)
            events.append(self.event(row, one, f"outgoing.{one.state}"))
        insert_many(new)
        Delivery.objects.bulk_update(renewed, ["outgoing", *DIGESTS])
        insert_many(events)

    def event(self, row: Outgoing, one: Wish, verb: str) -> Event:
        data: dict[str, Any] = {"file": self.record.name, "row": one.row.number}
        if one.reason:
            data["why"] = one.reason
        if one.reason == LOOKS_ALIKE and one.twin is not None:
            data["twin"] = one.twin
        return Event.of(self.office.id, verb, row, actor=self.officer, at=self.at, **data)

    def change(self, one: Wish, tally: Tally) -> bool:
        """An edited row: only what has not left is touched. False where it left in this very moment."""
        assert one.delivery is not None
        fields = self.fields(one) | {"not_before": None, "attempts": 0}
        if not outgoing.revise(one.delivery.outgoing, self.at, self.officer, **fields):
            tally.problems.append(self.too_late(one))
            return False
        if one.state == State.HELD:
            self.event(one.delivery.outgoing, one, "outgoing.held").save()
        one.delivery.likeness = one.likeness
        return True

    def update_posts(self, chunk: Iterable[Sequence[Wish]], posts: dict[int, Post], changed: set[int]) -> None:
        """Posts of edited rows take the new content; of the same file's other rows, only where they stand now."""
        edited: list[Post] = []
        moved: list[Post] = []
        deliveries: list[Delivery] = []
        for wishes in chunk:
            post = posts[wishes[0].row.number]
            written = [one for one in wishes if id(one) in changed or one.does == Does.RENEW]
            if written:
                for name, value in self.content(written[0]).items():
                    setattr(post, name, value)
                edited.append(post)
                deliveries += [one.delivery for one in written if one.delivery is not None]
            elif self.stands_elsewhere(post, wishes[0].row):
                post.calendar_file, post.row = self.record, wishes[0].row.number
                moved.append(post)
        Post.objects.bulk_update(edited, ["calendar_file", "row", "theme", "title", "caption", "media", "due_at"])
        Post.objects.bulk_update(moved, ["calendar_file", "row"])
        Delivery.objects.bulk_update(deliveries, DIGESTS)

    def stands_elsewhere(self, post: Post, row: Row) -> bool:
        source = post.calendar_file
        return source is not None and source.name == self.record.name and post.row != row.number


def media_payload(row: Row, media: Sequence[Stored]) -> list[dict[str, str]]:
    """As `Outgoing.payload` keeps media: place below MEDIA_ROOT, type, words for who cannot see it."""
    alt_texts = (*row.alt_texts, *[""] * len(media))
    return [
        {"path": one.path, "mime": one.file.mime, "alt_text": alt} for one, alt in zip(media, alt_texts, strict=False)
    ]
