"""What Instagram's JSON says, in our words. Total: an odd message still becomes a Message, it is never dropped."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from connectors.base import Incoming, Kind, MessageKind

Json = Mapping[str, Any]

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

WITHOUT_WORDS = {
    "media": "[gambar]",
    "raven_media": "[gambar sekali lihat]",
    "visual_media": "[gambar sekali lihat]",
    "voice_media": "[pesan suara]",
    "animated_media": "[stiker bergerak]",
    "media_share": "[kiriman yang dibagikan]",
    "xma_media_share": "[kiriman yang dibagikan]",
    "clip": "[video yang dibagikan]",
    "xma_clip": "[video yang dibagikan]",
    "story_share": "[cerita yang dibagikan]",
    "reel_share": "[tanggapan atas cerita]",
    "profile": "[akun yang dibagikan]",
    "location": "[lokasi]",
    "like": "❤️",
}
"""A direct message that is no text, by its item_type, as it stands in the desk's list."""

NO_MESSAGE = frozenset({"action_log", "video_call_event"})
"""Things in a thread that nobody wrote: "liked a message", "named the group", a missed call."""

FILM = 2
ALBUM = 8


@dataclass(frozen=True, slots=True)
class OwnPost:
    """A post in our own feed."""

    pk: str
    text: str
    taken_at: int
    comments: int
    kind: Kind
    pictures: int
    tokens: frozenset[str]
    """Client's numbers that Instagram may show (unproved): an upload number there proves a post ours."""

    @classmethod
    def read(cls, item: Json) -> "OwnPost":
        kinds = {FILM: Kind.REEL, ALBUM: Kind.CAROUSEL}
        return cls(
            pk=pk_of(item),
            text=str((item.get("caption") or {}).get("text") or ""),
            taken_at=int(item.get("taken_at") or 0),
            comments=int(item.get("comment_count") or 0),
            kind=kinds.get(int(item.get("media_type") or 1), Kind.PHOTO),
            pictures=len(item.get("carousel_media") or "1"),
            tokens=frozenset(str(item.get(key)) for key in ("upload_id", "device_timestamp", "client_sidecar_id")),
        )


def pk_of(item: Json) -> str:
    return str(item.get("pk") or item.get("id") or "").partition("_")[0]


def shortcode(pk: str) -> str:
    """A post's name in its public address: its number in base 64."""
    number, code = int(pk), ""
    while number:
        number, digit = divmod(number, 64)
        code = ALPHABET[digit] + code
    return code


def address(post: str) -> str:
    return f"https://www.instagram.com/p/{shortcode(post)}/" if post.isdigit() else ""


def author_of(comment: Json) -> str:
    return str(comment.get("user_id") or (comment.get("user") or {}).get("pk") or "")


def written_s(comment: Json) -> int:
    return int(comment.get("created_at_utc") or comment.get("created_at") or 0)


def comment_in(comment: Json, post: OwnPost, parent: str) -> Incoming:
    user = comment.get("user") or {}
    return Incoming(
        kind=MessageKind.COMMENT,
        remote_id=pk_of(comment),
        author_id=author_of(comment),
        author_handle=str(user.get("username") or ""),
        author_name=str(user.get("full_name") or ""),
        text=str(comment.get("text") or ""),
        written_at=datetime.fromtimestamp(written_s(comment), UTC),
        raw=comment,
        post=post.pk,
        post_text=post.text,
        parent=parent,
        permalink=address(post.pk),
    )


def line_us(line: Json) -> int:
    """When a direct message was written, in microseconds."""
    return int(line.get("timestamp") or 0)


def line_text(line: Json) -> str:
    """Its words; where it has none, what it is, in brackets."""
    kind = str(line.get("item_type") or "")
    inside = line.get(kind)
    words = line.get("text") or (inside.get("text") if isinstance(inside, Mapping) else None)
    if words:
        return str(words)
    if kind == "media" and isinstance(inside, Mapping) and inside.get("media_type") == FILM:
        return "[video]"
    return WITHOUT_WORDS.get(kind, f"[{kind or 'pesan'}]")


def lines_in(thread: Json, lines: Sequence[Json], own_id: str) -> Iterator[Incoming]:
    """The messages among `lines` of `thread`; ours have `own_id` as their author."""
    people = {str(user.get("pk")): user for user in thread.get("users") or ()}
    for line in lines:
        if line.get("item_type") in NO_MESSAGE:
            continue
        author = own_id if line.get("is_sent_by_viewer") else str(line.get("user_id") or "")
        user = people.get(author, {})
        yield Incoming(
            kind=MessageKind.DM,
            remote_id=str(line.get("item_id") or ""),
            author_id=author,
            author_handle=str(user.get("username") or ""),
            author_name=str(user.get("full_name") or ""),
            text=line_text(line),
            written_at=datetime.fromtimestamp(line_us(line) / 1_000_000, UTC),
            raw=line,
            thread=str(thread.get("thread_id") or ""),
        )
