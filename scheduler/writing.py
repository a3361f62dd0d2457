"""Wishes → Posts, Deliveries and Outgoing, a chunk at a time, inside the caller's transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from connectors import outgoing
from connectors.models import Outgoing
from offices.many import insert_many, new_row, update_many
from offices.models import Event, Officer
from scheduler.calendar_file.problems import Code, Problem
from scheduler.calendar_file.rows import Row
from scheduler.models import CalendarFile, Delivery, Post
from scheduler.plan import GONE, LOOKS_ALIKE, Does, Wish
from scheduler.publish import late_at
from scheduler.standing import Standing
from scheduler.stored_media import Stored

State = Outgoing.State

TITLE_KEPT = 300
"""Characters; no platform takes as many."""
DIGESTS = ["caption_digest", "media_digest", "row_digest"]
FIELDS = ["kind", "payload", "due_at", "late_at", "state", "reason", "not_before", "attempts"]
"""What an edit of a row changes of its Outgoing."""


class OvertakenError(Exception):
    """Another reading of the same rows was quicker."""


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
    """Writes what one reading wants: of a chunk, each kind of write is one statement, however many rows it has."""

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
        self.want_again([one.stands.outgoing for wishes in chunk for one in wishes if one.stands and one.comes_back])
        changed = self.change([one for wishes in chunk for one in wishes if one.does == Does.CHANGE], tally)
        self.update_posts(chunk, changed)
        for wishes in chunk:
            did = {one.does for one in wishes if one.does != Does.CHANGE or one.row_and_account in changed}
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

    def posts(self, chunk: Iterable[Sequence[Wish]]) -> dict[int, int]:
        """The id of each row's Post, by row number: of the one that it has, else of a new one."""
        found: dict[int, int] = {}
        new: list[Post] = []
        for wishes in chunk:
            number = wishes[0].row.number
            post = next((one.stands.post for one in wishes if one.stands is not None), None)
            if post is None:
                new.append(new_row(Post, office_id=self.office.id, **self.content(wishes[0])))
            else:
                found[number] = post
        return found | {post.row: post.id for post in insert_many(new) if post.row is not None}

    def content(self, one: Wish) -> dict[str, Any]:
        row = one.row
        media = [
            {**entry, "sha256": stored.sha256, "name": stored.file.name}
            for entry, stored in zip(media_payload(row, one.media), one.media, strict=True)
        ]
        return {
            "calendar_file_id": self.record.id,
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

    def create(self, chunk: Iterable[Sequence[Wish]], posts: dict[int, int]) -> None:
        """New writes, and the Deliveries that hold them."""
        wanted = [one for wishes in chunk for one in wishes if one.does in (Does.CREATE, Does.RENEW)]
        self.hold([one.stands for one in wanted if one.stands is not None])
        office = self.office.id
        rows = insert_many(
            [new_row(Outgoing, office_id=office, account_id=one.account.id, **self.fields(one)) for one in wanted]
        )
        new: list[Delivery] = []
        renewed: list[Delivery] = []
        for one, row in zip(wanted, rows, strict=True):
            if one.stands is None:
                post = posts[one.row.number]
                held = {"post_id": post, "account_id": one.account.id, "outgoing_id": row.id}
                new.append(new_row(Delivery, row_key=one.row.key, **held))
                new[-1].likeness = one.likeness
            else:
                renewed.append(self.renewed(one.stands, one))
                renewed[-1].outgoing = row
        insert_many(new)
        update_many(renewed, ["outgoing", *DIGESTS])
        insert_many([self.event(row, one, f"outgoing.{one.state}") for one, row in zip(wanted, rows, strict=True)])

    def hold(self, renewed: Sequence[Standing]) -> None:
        """Lock Deliveries that are to get a new write. Raises where another reading gave them one since they were
        looked at: both would go out."""
        ids = [one.delivery for one in renewed]
        if ids:
            locked = Delivery.objects.filter(id__in=ids).order_by("id").select_for_update(of=("self",))
            now = dict(locked.values_list("id", "outgoing_id"))
            if any(now.get(one.delivery) != one.outgoing for one in renewed):
                raise OvertakenError

    def want_again(self, ids: Sequence[int]) -> None:
        """Rows that had left the file while they were in doubt. Raises where one was withdrawn or sent meanwhile."""
        back = outgoing.want_again(Outgoing.objects.filter(id__in=ids), self.at, self.officer, GONE) if ids else set()
        if len(back) < len(ids):
            raise OvertakenError

    def renewed(self, stands: Standing, one: Wish) -> Delivery:
        """Its digests are the row's now; nothing else of it is known, or written."""
        delivery = Delivery(id=stands.delivery)
        delivery.likeness = one.likeness
        return delivery

    def event(self, row: Outgoing, one: Wish, verb: str) -> Event:
        data: dict[str, Any] = {"file": self.record.name, "row": one.row.number}
        if one.reason:
            data["why"] = one.reason
        if one.reason == LOOKS_ALIKE and one.twin is not None:
            data["twin"] = one.twin
        return Event.of(self.office.id, verb, row, actor=self.officer, at=self.at, **data)

    def change(self, wanted: Sequence[Wish], tally: Tally) -> set[tuple[int, int]]:
        """Edited rows: only what has not left is touched. Which were, by row and account; what left in this very
        moment is a problem."""
        edits = {one.stands.outgoing: one for one in wanted if one.stands is not None}
        rows = [
            Outgoing(id=pk, office_id=self.office.id, not_before=None, attempts=0, **self.fields(one))
            for pk, one in edits.items()
        ]
        revised = outgoing.revise_many(rows, FIELDS, self.at, self.officer)
        tally.problems += [self.too_late(one) for pk, one in edits.items() if pk not in revised]
        done = {pk: one for pk, one in edits.items() if pk in revised}
        insert_many([self.event(row, done[row.id], "outgoing.held") for row in rows if self.is_held(row, done)])
        update_many([self.renewed(one.stands, one) for one in done.values() if one.stands is not None], DIGESTS)
        return {one.row_and_account for one in done.values()}

    def is_held(self, row: Outgoing, done: Mapping[int, Wish]) -> bool:
        return row.id in done and row.state == State.HELD

    def update_posts(self, chunk: Iterable[Sequence[Wish]], changed: set[tuple[int, int]]) -> None:
        """Posts of edited rows take the new content; of the same file's other rows, only where they stand now."""
        edited: list[Post] = []
        moved: list[Post] = []
        for wishes in chunk:
            written = [one for one in wishes if one.row_and_account in changed or one.does == Does.RENEW]
            stands = next((one.stands for one in wishes if one.stands is not None), None)
            if stands is None:
                continue
            if written:
                edited.append(Post(id=stands.post, **self.content(written[0])))
            elif stands.file == self.record.name and stands.row != wishes[0].row.number:
                moved.append(Post(id=stands.post, calendar_file=self.record, row=wishes[0].row.number))
        update_many(edited, ["calendar_file", "row", "theme", "title", "caption", "media", "due_at"])
        update_many(moved, ["calendar_file", "row"])


def media_payload(row: Row, media: Sequence[Stored]) -> list[dict[str, str]]:
    """As `Outgoing.payload` keeps media: place below MEDIA_ROOT, type, words for who cannot see it."""
    alt_texts = (*row.alt_texts, *[""] * len(media))
    return [
        {"path": one.path, "mime": one.file.mime, "alt_text": alt} for one, alt in zip(media, alt_texts, strict=False)
    ]
