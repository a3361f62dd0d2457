"""What X's API v2 says about people, posts and messages. Whatever is written is a post there: an answer is one that
refers to another.

A text is shown as X shows it: whom it answers in front, `&` as `&amp;`, every address as t.co, its files' own address
behind. What is not asked for (`tweet.fields` …) is left out.
"""

import html
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sandbox.ledger import EPOCH_MS, Account, Line, Person, Picture, Post, Thread, World
from sandbox.wire import Call, Reply, as_json
from sandbox.x.doors import NAME
from sandbox.x.refusals import limits

Json = dict[str, Any]

ADDRESS = re.compile(r"https?://[^\s]+")
ALWAYS = frozenset({"id", "text", "edit_history_tweet_ids"})
EVENT_ALWAYS = frozenset({"id", "text", "event_type"})
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Status:
    """Anything that stands in public: our post, a citizen's, an answer of either."""

    pk: str
    author: Person | Account
    text: str
    at_us: int
    root: Post
    answered: "Status | None" = None
    media: tuple[Picture, ...] = ()
    hidden: bool = False


def status(world: World, pk: str, gone: bool = False) -> Status | None:
    """The post or answer of that number; a deleted one only where `gone` is asked for (others still refer to it)."""
    post = world.posts.get(pk) or world.mentions.get(pk)
    if post is not None and post.account.platform == NAME and (gone or not post.deleted):
        return Status(pk, post.account, post.text, post.at_us, post, None, post.media)
    comment = world.comments.get(pk)
    if comment is None or (comment.deleted and not gone) or comment.post.account.platform != NAME:
        return None
    above = status(world, comment.parent or comment.post.pk, gone=True)
    return Status(pk, comment.author, comment.text, comment.at_us, comment.post, above, (), bool(comment.state))


def statuses(world: World) -> list[Status]:
    """All that lists show by now, newest first."""
    with world.lock:
        numbers = [pk for pk in (*world.posts, *world.mentions, *world.comments) if world.lists(pk)]
        found = [status(world, pk) for pk in numbers]
    return sorted((one for one in found if one), key=lambda one: int(one.pk), reverse=True)


def username(world: World, who: Person | Account) -> str:
    """X's names hold no dot and 15 letters at most; our own account keeps the name it was connected by."""
    if world.account(NAME, who.handle) is who:
        return who.handle
    return re.sub(r"\W", "_", who.handle)[:15]


def user(world: World, who: Person | Account) -> Json:
    return {"id": who.pk, "name": who.name, "username": username(world, who)}


def shown(world: World, one: Status) -> str:
    """Its words with those in front whom it answers. Somebody who begins with a name takes the others out."""
    if one.answered is None or one.text.startswith("@"):
        return one.text
    people = dict.fromkeys(username(world, who) for who in (one.answered.author, one.root.account) if who != one.author)
    own = username(world, one.author)
    return " ".join([*(f"@{name}" for name in people if name != own), one.text])


def names(world: World, one: Status, handle: str) -> bool:
    return re.search(rf"@{re.escape(handle)}(?![\w.])", shown(world, one), re.IGNORECASE) is not None


def short(address: str) -> str:
    """t.co's ten letters for an address."""
    number, letters = zlib.crc32(address.encode()) + 36**9, ""
    while number:
        number, digit = divmod(number, 36)
        letters = DIGITS[digit] + letters
    return f"https://t.co/{letters[:10]}"


def media_key(picture: Picture) -> str:
    number = picture.blob.name.partition(".")[0]
    return f"{7 if picture.blob.mime.startswith('video/') else 3}_{number}"


def wrapped(text: str, media: Sequence[Picture] = (), link: str = "") -> tuple[str, list[Json]]:
    """A text as X stores it, and where its addresses stand in it."""
    escaped = html.escape(text, quote=False)
    found = list(dict.fromkeys(ADDRESS.findall(escaped)))
    urls = [{"url": short(a), "expanded_url": html.unescape(a), "display_url": a.split("//")[1][:26]} for a in found]
    for address in found:
        escaped = escaped.replace(address, short(address))
    if media:
        escaped = f"{escaped} {short(link)}".strip()
        own = {"url": short(link), "expanded_url": link, "display_url": f"pic.x.com/{short(link)[-10:]}"}
        urls += [own | {"media_key": media_key(picture)} for picture in media]
    for one in urls:
        start = escaped.find(one["url"])
        one |= {"start": start, "end": start + len(one["url"])}
    return escaped, urls


def tweet(world: World, one: Status, wanted: str) -> Json:
    """A post with the fields that were asked for (`tweet.fields`)."""
    kind = "video" if one.media and one.media[0].blob.mime.startswith("video/") else "photo"
    link = f"https://x.com/{username(world, one.author)}/status/{one.pk}/{kind}/1"
    text, urls = wrapped(shown(world, one), one.media, link)
    full: Json = {
        "id": one.pk,
        "text": text,
        "edit_history_tweet_ids": [one.pk],
        "author_id": one.author.pk,
        "conversation_id": one.root.pk,
        "created_at": time_of(one.at_us),
    }
    if one.answered:
        full["in_reply_to_user_id"] = one.answered.author.pk
        full["referenced_tweets"] = [{"type": "replied_to", "id": one.answered.pk}]
    if one.media:
        full["attachments"] = {"media_keys": [media_key(picture) for picture in one.media]}
    if urls:
        full["entities"] = {"urls": urls}
    return {name: value for name, value in full.items() if name in ALWAYS | set(wanted.split(","))}


def conversation_id(thread: Thread) -> str:
    return "-".join(sorted((thread.account.pk, thread.person.pk), key=int))


def event(thread: Thread, line: Line, wanted: str) -> Json:
    """A direct message (`dm_event.fields`)."""
    text, urls = wrapped(line.text)
    full: Json = {
        "id": line.pk,
        "event_type": "MessageCreate",
        "text": text,
        "sender_id": line.author.pk,
        "dm_conversation_id": conversation_id(thread),
        "created_at": time_of(line.at_us),
    }
    found = {name: value for name, value in full.items() if name in EVENT_ALWAYS | set(wanted.split(","))}
    return found | ({"urls": urls} if urls and "entities" in wanted else {})


def id_us(pk: str) -> int:
    """When something with this number was written: the stand-in's numbers hold milliseconds, as X's do."""
    return ((int(pk) >> 23) + EPOCH_MS) * 1000


def time_of(at_us: int) -> str:
    at = datetime.fromtimestamp(at_us / 1_000_000, UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at_us // 1000 % 1000:03d}Z"


def answer(call: Call, body: Json, status: int = 200) -> Reply:
    """With the headers that X sends along: what is left of the window, and what the keys may do."""
    return as_json(body, status, limits() | {"x-access-level": "read-write-directmessages"})
