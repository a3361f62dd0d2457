"""What Meta sends by itself: a Page's comments and messages, an Instagram account's. Pure functions.

The body is checked as it came, byte by byte, before anything is read from it; it is stored first and parsed later.
Polling stays the safety net: what can't be read here is left to it, and the same message by both ways has one id.
Comments that name an Instagram account elsewhere come by this way alone, without their words: `Mention` says where.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from connectors.base import Incoming, MessageKind
from connectors.graph.reading import Json, id_of

SIGNATURE = "X-Hub-Signature-256"
PLATFORM = {"page": "facebook", "instagram": "instagram_graph"}
"""Meta's "object" → our platform."""
SUBSCRIPTIONS = {"facebook": "feed,mention,messages", "instagram_graph": "feed,messages"}
"""What a Page is subscribed to (`PageConnector.subscribe`). In the app's own settings Instagram wants `comments`,
`mentions` and `messages` besides; those can't be set by a Page's token."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A citizen's message, and whose: the platform and `Account.remote_id`."""

    platform: str
    account: str
    message: Incoming


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody named an Instagram account in a comment (empty: in the caption): to be read by the connector."""

    platform: str
    account: str
    media: str
    comment: str = ""


def is_signed(body: bytes, signature: str, app_secret: str) -> bool:
    """Whether `body` comes from Meta: `signature` is the header SIGNATURE, the secret the app's own."""
    if not app_secret:
        return False
    made = "sha256=" + hmac.new(app_secret.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(made.encode(), signature.encode())


def challenge(query: Mapping[str, str], verify_token: str) -> str | None:
    """What to answer when Meta asks whether the address is ours; None: it doesn't know our word, answer 403."""
    ours = hmac.compare_digest(query.get("hub.verify_token", "").encode(), verify_token.encode())
    return query.get("hub.challenge", "") if verify_token and ours and query.get("hub.mode") == "subscribe" else None


def parse(body: bytes) -> list[Heard | Mention]:
    """Everything in it that a citizen wrote, in its order; ValueError where it is no JSON object."""
    told = json.loads(body)
    if not isinstance(told, Mapping):
        raise ValueError("a webhook that is no JSON object")
    platform = PLATFORM.get(str(told.get("object")))
    if platform is None:
        return []
    return [one for entry in _list(told.get("entry")) for one in _entry(platform, entry)]


def _entry(platform: str, entry: Json) -> Iterator[Heard | Mention]:
    account = id_of(entry)
    for event in [*_list(entry.get("messaging")), *_list(entry.get("standby"))]:
        message = _line(event)
        if message is not None and message.author_id != account:
            yield Heard(platform, account, message)
    for change in _list(entry.get("changes")):
        value = change.get("value")
        if not isinstance(value, Mapping):
            continue
        if change.get("field") == "mentions" and value.get("media_id"):
            yield Mention(platform, account, str(value["media_id"]), str(value.get("comment_id") or ""))
            continue
        message = _change(str(change.get("field")), value, _time(entry.get("time")))
        if message is not None and message.author_id != account:
            yield Heard(platform, account, message)


def _change(field: str, value: Json, at: datetime) -> Incoming | None:
    if field == "comments" and value.get("id"):
        return _instagram_comment(value, at)
    added = value.get("verb") == "add" and value.get("from")
    if field == "feed" and added and value.get("item") == "comment" and value.get("comment_id"):
        return _page_comment(value)
    if field == "mention" and added and value.get("post_id"):
        return _page_mention(value)
    return None


def _page_comment(value: Json) -> Incoming:
    post, parent = str(value.get("post_id") or ""), str(value.get("parent_id") or "")
    post_json = value.get("post") or {}
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
        permalink=str(post_json.get("permalink_url") or ""),
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
    author = value.get("from") or {}
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


def _line(event: Json) -> Incoming | None:
    """A direct message; echoes of our own, reading marks and deletions are none."""
    message = event.get("message")
    if not isinstance(message, Mapping) or message.get("is_echo") or message.get("is_deleted"):
        return None
    person, mid = id_of(event.get("sender")), str(message.get("mid") or "")
    if not person or not mid:
        return None
    kinds = [str(one.get("type")) for one in _list(message.get("attachments"))]
    words = {"image": "[gambar]", "video": "[video]", "audio": "[pesan suara]", "file": "[berkas]"}
    shown = words.get(kinds[0], "[lampiran]") if kinds else "[pesan]"
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
