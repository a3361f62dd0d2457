"""What Meta sends by itself: a Page's comments and messages, an Instagram account's. Pure.

Signature and challenge are `connectors/webhooks.py`'s. Polling stays the safety net: what can't be read here is left to
it, and the same message by both ways has one id. Comments that name an Instagram account under other people's posts
come by this way alone, and without their words.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from connectors.base import Heard, Incoming, MessageKind
from connectors.graph.reading import ATTACHED, Json, id_of

SUBSCRIPTIONS = {"facebook": "feed,mention,messages", "instagram_graph": "feed,messages"}
"""What a Page is subscribed to (`PageConnector.subscribe`). In the app's own settings Instagram wants `comments`,
`mentions` and `messages` besides; those can't be set by a Page's token."""
NAMED = "[menyebut akun ini di komentar; buka Instagram untuk membacanya]"


def heard(news: Json) -> tuple[Heard, ...]:
    """What citizens wrote, by the account (a Page's or an Instagram account's id) that it was written to, in order."""
    if news.get("object") not in ("page", "instagram"):
        return ()
    return tuple(Heard(id_of(entry), tuple(_entry(entry))) for entry in _list(news.get("entry")))


def _entry(entry: Json) -> Iterator[Incoming]:
    at = _time(entry.get("time"))
    told = [_line(event) for event in (*_list(entry.get("messaging")), *_list(entry.get("standby")))]
    for change in _list(entry.get("changes")):
        value = change.get("value")
        told.append(_change(str(change.get("field")), value, at) if isinstance(value, Mapping) else None)
    yield from (message for message in told if message and message.author_id != id_of(entry))


def _change(field: str, value: Json, at: datetime) -> Incoming | None:
    if field == "comments" and value.get("id"):
        return _instagram_comment(value, at)
    if field == "mentions" and value.get("media_id"):
        return _instagram_mention(value, at)
    added = value.get("verb") == "add" and isinstance(value.get("from"), Mapping)
    if field == "feed" and added and value.get("item") == "comment" and value.get("comment_id"):
        return _page_comment(value)
    if field == "mention" and added and value.get("post_id"):
        return _page_mention(value)
    return None


def _page_comment(value: Json) -> Incoming:
    post, parent = str(value.get("post_id") or ""), str(value.get("parent_id") or "")
    shown = value.get("post")
    return Incoming(
        kind=MessageKind.COMMENT,
        remote_id=str(value["comment_id"]),
        author_id=id_of(value["from"]),
        author_handle="",
        author_name=str(value["from"].get("name") or ""),
        text=str(value.get("message") or "") or ("[gambar]" if value.get("photo") else ""),
        written_at=_time(value.get("created_time")),
        raw=value,
        post=post,
        parent="" if parent == post else parent,
        permalink=str(shown.get("permalink_url") or "") if isinstance(shown, Mapping) else "",
    )


def _page_mention(value: Json) -> Incoming:
    return Incoming(
        kind=MessageKind.MENTION,
        remote_id=str(value.get("comment_id") or value["post_id"]),
        author_id=id_of(value["from"]),
        author_handle="",
        author_name=str(value["from"].get("name") or ""),
        text=str(value.get("message") or ""),
        written_at=_time(value.get("created_time")),
        raw=value,
        permalink=str(value.get("permalink_url") or ""),
    )


def _instagram_comment(value: Json, at: datetime) -> Incoming:
    """Instagram names no time of the comment: that of the notice counts."""
    author = value.get("from")
    author = author if isinstance(author, Mapping) else {}
    return Incoming(
        kind=MessageKind.COMMENT,
        remote_id=str(value["id"]),
        author_id=id_of(author),
        author_handle=str(author.get("username") or ""),
        author_name="",
        text=str(value.get("text") or ""),
        written_at=at,
        raw=value,
        post=id_of(value.get("media")),
        parent=str(value.get("parent_id") or ""),
    )


def _instagram_mention(value: Json, at: datetime) -> Incoming:
    """Somebody named the account: in a comment, or in a post's words. Answered by both ids."""
    media, comment = str(value["media_id"]), str(value.get("comment_id") or "")
    return Incoming(
        kind=MessageKind.MENTION,
        remote_id=f"{media}/{comment}" if comment else media,
        author_id="",
        author_handle="",
        author_name="",
        text=NAMED,
        written_at=at,
        raw=value,
    )


def _line(event: Json) -> Incoming | None:
    """A direct message; echoes of our own, reading marks and deletions are none."""
    message = event.get("message")
    if not isinstance(message, Mapping) or message.get("is_echo") or message.get("is_deleted"):
        return None
    person, mid = id_of(event.get("sender")), str(message.get("mid") or "")
    if not person or not mid:
        return None
    kinds = [str(one.get("type")) for one in _list(message.get("attachments"))]
    shown = ATTACHED.get(kinds[0], "[lampiran]") if kinds else "[pesan]"
    return Incoming(
        kind=MessageKind.DM,
        remote_id=mid,
        author_id=person,
        author_handle="",
        author_name="",
        text=str(message.get("text") or shown),
        written_at=_time(event.get("timestamp")),
        raw=event,
        thread=person,
    )


def _time(value: Any) -> datetime:
    """Unix time in seconds, or in milliseconds as messages have it; now where there is none."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value < 10**14:
        return datetime.now(UTC)
    return datetime.fromtimestamp(value / 1000 if value > 10**11 else value, UTC)


def _list(value: object) -> list[Json]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []
