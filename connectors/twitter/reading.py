"""What X's JSON says, in our words. Total: an odd message still becomes a Message, it is never dropped.

A text comes with `&amp;` for `&`, every address as t.co, the people answered in front and the file's own address
behind. What a person wrote is made of it again with the entities that come along.
"""

import html
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from connectors.answers import at_unix, number_in, rows_in
from connectors.base import Allowance, Incoming, Kind, MessageKind

Json = Mapping[str, Any]

TWEET_FIELDS = (
    "attachments,author_id,conversation_id,created_at,entities,in_reply_to_user_id,note_tweet,referenced_tweets,text"
)
"""Asked for with every list of posts: what is not named is not sent."""
EVENT_FIELDS = "attachments,created_at,dm_conversation_id,entities,event_type,id,sender_id,text"

ADDRESS = re.compile(r"(?:https?://)?t\.co/\w+|https?://\S+")
SPOKEN_TO = re.compile(r"^(?:@[\w.]+\s+)+")
WITHOUT_WORDS = "[gambar atau video]"
NOBODY = "i"
"""X shows a post under any name: the number alone counts, and this one is nobody's."""


LIMITS = ("x-user-limit-24hour", "x-app-limit-24hour", "x-rate-limit")
"""Beginnings of headers: behind `-limit`, `-remaining` and `-reset` (Unix time) stands how much there is in a time, how
much of it is left, and from when there is more. The longest wait first."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, with the people and posts that come along."""

    items: tuple[Json, ...]
    people: Mapping[str, Json]
    posts: Mapping[str, Json]
    next: str

    @classmethod
    def read(cls, answer: Json) -> "Page":
        """An empty one has no "data", but "meta" all the same; of what may not be read it says neither."""
        along = answer.get("includes") or {}
        return cls(
            items=tuple(rows_in({"data": [], **answer} if answer.get("meta") else answer, "data")),
            people={str(person.get("id")): person for person in along.get("users") or ()},
            posts={str(post.get("id")): post for post in along.get("tweets") or ()},
            next=str((answer.get("meta") or {}).get("next_token") or ""),
        )


def standing(answer: Json) -> dict[str, bool]:
    """Which of the posts asked for by id are there. One that we may not see (its writer locked or lost the account)
    may be there for others: of it nothing is said."""
    there = {str(one.get("id")): True for one in answer.get("data") or ()}
    missing = [one for one in answer.get("errors") or () if str(one.get("type")).endswith("/resource-not-found")]
    return {str(one.get("resource_id")): False for one in missing} | there


def number(item: Json) -> int:
    """An item's place in X's order: its id grows with time."""
    return int(str(item.get("id") or 0))


def written(item: Json) -> datetime:
    """When it was written. Where X does not say, now: late is better than never."""
    try:
        return datetime.fromisoformat(str(item.get("created_at"))).astimezone(UTC)
    except ValueError:
        return datetime.now(UTC)


def referenced(tweet: Json, how: str) -> str:
    """The post that this one answers ("replied_to"), quotes or passes on ("retweeted"); empty where none."""
    links = tweet.get("referenced_tweets") or ()
    return next((str(link.get("id")) for link in links if link.get("type") == how), "")


def is_start(tweet: Json) -> bool:
    """Whether a conversation begins with it."""
    return str(tweet.get("conversation_id") or tweet.get("id")) == str(tweet.get("id"))


def media_keys(item: Json) -> tuple[str, ...]:
    return tuple(str(key) for key in (item.get("attachments") or {}).get("media_keys") or ())


def words(item: Json) -> str:
    """What its writer wrote. A long post's whole text stands apart ("note_tweet")."""
    whole = item.get("note_tweet") or item
    text = str(whole.get("text") or "")
    along = whole.get("entities") or item.get("entities") or item  # a message's addresses stand beside its text
    for url in along.get("urls") or ():
        own = url.get("media_key") or str(url.get("display_url") or "").startswith(("pic.x.com", "pic.twitter.com"))
        text = text.replace(str(url.get("url")), "" if own else str(url.get("expanded_url") or url.get("url")))
    if referenced(item, "replied_to"):
        text = unaddressed(text)
    return html.unescape(text).strip() or (WITHOUT_WORDS if media_keys(item) else str(whole.get("text") or "").strip())


def unaddressed(text: str) -> str:
    """Without the names in front by which X says whom an answer is for."""
    return SPOKEN_TO.sub("", text)


def plain(text: str) -> str:
    """For comparing: without what X may change in a text (composed letters, blanks, an address's scheme)."""
    text = unicodedata.normalize("NFC", text)
    return " ".join(re.sub(r"https?://(?:www\.)?", "", word).rstrip("/") for word in text.split())


def same(theirs: str, ours: str) -> bool:
    """Whether X may have made `theirs` of `ours`. A t.co that it did not explain may stand for any address."""
    if "t.co/" in theirs:
        theirs, ours = ADDRESS.sub("…", theirs), ADDRESS.sub("…", ours)
    return plain(theirs) == plain(ours)


def address(tweet: str, handle: str = "") -> str:
    return f"https://x.com/{handle or NOBODY}/status/{tweet}" if tweet.isdigit() else ""


def tweet_in(tweet: Json, page: Page, own_id: str, own_posts: frozenset[str]) -> Incoming:
    """A citizen's post: a comment where it stands under one of `own_posts` or answers us, else a mention."""
    author = str(tweet.get("author_id") or "")
    person = page.people.get(author, {})
    handle = str(person.get("username") or "")
    remote_id, root = str(tweet.get("id")), str(tweet.get("conversation_id") or "")
    answered = referenced(tweet, "replied_to")
    post = "" if root == remote_id else root
    ours = root in own_posts or str(tweet.get("in_reply_to_user_id") or "") == own_id
    return Incoming(
        kind=MessageKind.COMMENT if ours else MessageKind.MENTION,
        remote_id=remote_id,
        author_id=author,
        author_handle=handle,
        author_name=str(person.get("name") or ""),
        text=words(tweet),
        written_at=written(tweet),
        raw=tweet,
        post=post,
        post_text=words(page.posts[post]) if post in page.posts else "",
        parent="" if answered == post else answered,
        permalink=address(remote_id, handle),
    )


def events_in(events: tuple[Json, ...], page: Page, own_id: str) -> Iterator[Incoming]:
    """The direct messages among `events`; ours have `own_id` as their author."""
    for event in events:
        author = str(event.get("sender_id") or "")
        if event.get("event_type") != "MessageCreate":
            continue
        person = page.people.get(author, {})
        yield Incoming(
            kind=MessageKind.DM,
            remote_id=str(event.get("id")),
            author_id=author,
            author_handle=str(person.get("username") or ""),
            author_name=str(person.get("name") or ""),
            text=words(event),
            written_at=written(event),
            raw=event,
            thread=str(event.get("dm_conversation_id") or author),
        )


def other_in(thread: str, own_id: str) -> str:
    """The one person in a conversation besides us; empty for a group."""
    people = [person for person in thread.split("-") if person != own_id]
    return people[0] if "-" in thread and len(people) == 1 else ""


def left_in(headers: Mapping[str, str], what: str, kinds: frozenset[Kind]) -> Iterator[Allowance]:
    """What the headers of an answer say of its limits."""
    for name in LIMITS:
        total, left, reset = (number_in(headers.get(f"{name}-{part}")) for part in ("limit", "remaining", "reset"))
        if total and left is not None and (until := at_unix(reset)):
            yield Allowance(f"{what}:{name}", max(0, total - left), total, until, kinds)
