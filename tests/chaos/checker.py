"""Compares what the platform saw (the stand-in's ledger) with the desk's rows; what is wrong comes out as text."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

PARKED = ("held", "late", "failed")


@dataclass(frozen=True)
class Write:
    """A row of Outgoing, as the checker needs it. `due`: its time has come, and nothing holds it back."""

    id: int
    account: str
    is_post: bool
    text: str
    to: str
    state: str
    asks: bool
    remote_id: str
    due: bool
    told: bool
    """Somebody was told of it: a Notice."""
    reason: str = ""
    """Why it did not go out."""
    again: bool = False
    """Another attempt began after it had been taken back in the middle of one."""


@dataclass(frozen=True)
class Desk:
    writes: list[Write]
    messages: list[str]
    """Remote ids, repeats included."""
    unjudged: int
    cases: list[int]
    pictured: set[int]
    """Cases with a picture that is on disk, or with somebody told that there is none."""
    promised: tuple[str, ...] = ()
    """Answers that the console said it had taken."""
    unsound: tuple[str, ...] = ()
    """What going through the cases' own records found: files, digests, chains."""


def check(ledger: list[dict[str, Any]], desk: Desk) -> list[str]:
    return [*posts(ledger, desk), *answers(ledger, desk), *messages(ledger, desk), *cases(desk)]


def posts(ledger: list[dict[str, Any]], desk: Desk) -> Iterator[str]:
    public = Counter((one["account"], one["text"]) for one in ledger if one["kind"] == "post")
    wanted = {(row.account, row.text): row for row in desk.writes if row.is_post}
    for what in public.keys() - wanted.keys():
        yield f"public, and no row wants it: {what}"
    for what, row in wanted.items():
        ids = {one["id"] for one in ledger if one["kind"] == "post" and (one["account"], one["text"]) == what}
        yield from write(row, public[what], ids)


def answers(ledger: list[dict[str, Any]], desk: Desk) -> Iterator[str]:
    said = [
        one for one in ledger if one["kind"] == "reply" or (one["kind"] == "dm" and one["author"] == one["account"])
    ]
    public = Counter((one["account"], one["parent"], one["text"]) for one in said)
    wanted = {(row.account, row.to, row.text): row for row in desk.writes if not row.is_post}
    for what in public.keys() - wanted.keys():
        yield f"said, and no row wants it: {what}"
    for what, row in wanted.items():
        yield from write(row, public[what], {one["id"] for one in said})
    kept = Counter(row.text for row in desk.writes if not row.is_post)
    for text in desk.promised:
        if not kept[text]:
            yield f"the console took the answer {text!r}, and no row has it"
    for text, times in kept.items():
        if times > 1:
            yield f"answer {text!r} has {times} rows"


def write(row: Write, times: int, ids: set[str]) -> Iterator[str]:
    """Once where it is sent, at most once where a person is asked, never where it was withdrawn."""
    name = f"{'post' if row.is_post else 'answer'} {row.id} ({row.text!r}, {row.state})"
    if times > 1:
        yield f"{name} is public {times} times"
    if row.again:
        yield f"{name} was tried again, though it had been taken back"
    if row.state == "sent":
        if times == 0:
            yield f"{name} is said to be sent and is not there"
        elif row.remote_id and row.remote_id not in ids:
            yield f"{name} has an id that the platform does not know: {row.remote_id}"
    elif row.state == "withdrawn":
        if times:
            yield f"{name} was withdrawn and is public"
    elif row.state in PARKED or (row.state == "unknown" and row.asks):
        if not row.told:
            yield f"{name} waits for a person, and nobody was told"
        if not row.reason and row.state != "late":  # that says it all
            yield f"{name} waits for a person without a reason"
        if times and row.state != "unknown":
            yield f"{name} is public, and a person is asked as if it were not"
    elif row.due:
        yield f"{name} is neither out nor before a person"


def messages(ledger: list[dict[str, Any]], desk: Desk) -> Iterator[str]:
    written = [
        one["id"]
        for one in ledger
        if one["kind"] == "comment" or (one["kind"] == "dm" and one["author"] != one["account"])
    ]
    stored = Counter(desk.messages)
    for one in written:
        if stored[one] != 1:
            yield f"message {one} is stored {stored[one]} times"
    for one in stored.keys() - set(written):
        yield f"message {one} is stored, and nobody wrote it"
    if desk.unjudged:
        yield f"{desk.unjudged} messages were never judged"


def cases(desk: Desk) -> Iterator[str]:
    for case in desk.cases:
        if case not in desk.pictured:
            yield f"case {case} has no picture, and nobody was told"
    yield from desk.unsound
