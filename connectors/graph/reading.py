"""What Meta's JSON says, in our words. Total: an odd message still becomes a Message, it is never dropped."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from connectors.base import Absent, CannotTell, Found, Incoming, Lookup, MessageKind, Sent

Json = Mapping[str, Any]

ATTACHED = {"image": "[gambar]", "video": "[video]", "audio": "[pesan suara]", "file": "[berkas]"}
"""A direct message without words, by the first part of its attachment's type, as it stands in the desk's list."""


@dataclass(frozen=True, slots=True)
class OwnPost:
    """A post of our own, as a list shows it. `at` in Unix seconds; `files` are ids of what hangs on it."""

    id: str
    text: str
    at: int
    comments: int
    permalink: str = ""
    files: frozenset[str] = frozenset()


def time_of(text: object) -> datetime:
    """Meta's "2026-11-21T21:00:00+0000"; 1970 where there is none."""
    try:
        return datetime.fromisoformat(str(text)).astimezone(UTC)
    except ValueError:
        return datetime.fromtimestamp(0, UTC)


def seconds(text: object) -> int:
    return int(time_of(text).timestamp())


def plain(text: object) -> str:
    """What a platform may change in a text: Unicode's composed forms, line ends, blanks around."""
    lines = unicodedata.normalize("NFC", str(text or "")).replace("\r\n", "\n").strip().split("\n")
    return "\n".join(line.rstrip() for line in lines)


def only(found: Iterable[Sent]) -> Lookup:
    several = list(found)
    if len(several) > 1:
        return CannotTell(f"{len(several)} that look the same")
    return Found(several[0]) if several else Absent()


def data_of(part: object) -> list[Json]:
    """The list in {"data": […]}; empty where there is none."""
    return list(part.get("data") or ()) if isinstance(part, Mapping) else []


def id_of(part: object) -> str:
    return str(part.get("id") or "") if isinstance(part, Mapping) else ""


def line_text(line: Json) -> str:
    """A direct message's words; where it has none, what it is, in brackets."""
    if line.get("message"):
        return str(line["message"])
    first = next(iter(data_of(line.get("attachments"))), None)
    if first is not None:
        return ATTACHED.get(str(first.get("mime_type") or "").partition("/")[0], "[lampiran]")
    return "[pesan]"


def lines_in(lines: Iterable[Json], own: frozenset[str]) -> Iterator[Incoming]:
    """The messages among `lines` of a conversation, ours (`own`) too. `thread` is the person's own id for our Page:
    by it they are answered, and a webhook names no other."""
    for line in lines:
        author = line.get("from") or {}
        people = [id_of(one) for one in (author, *data_of(line.get("to"))) if id_of(one) not in own]
        yield Incoming(
            kind=MessageKind.DM,
            remote_id=id_of(line),
            author_id=id_of(author),
            author_handle=str(author.get("username") or ""),
            author_name=str(author.get("name") or ""),
            text=line_text(line),
            written_at=time_of(line.get("created_time")),
            raw=line,
            thread=people[0] if people else id_of(author),
        )
