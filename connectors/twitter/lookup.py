"""Reading back whether a write of unknown outcome stands. X takes no mark of ours with a text, but a post's files are
listed under the keys that their upload was given."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from connectors.base import Absent, CannotTell, Found, Item, Kind, Lookup, Sent
from connectors.twitter import reading
from connectors.twitter.feed import Feed
from connectors.twitter.reading import Json

CLOCKS = timedelta(seconds=60)
"""By how much X's clock may lag behind ours."""

PAGES = 10
"""How far a list is turned back before we say that we can't tell."""


def find(feed: Feed, item: Item, since: datetime, name: str) -> Lookup:
    """Whether `item`, attempted at `since` or later, stands. What can't be read is raised, never taken for absence.

    X refuses a text that stands already, so a second attempt's doubt is about the first one's post: its time counts.
    """
    first = item.handle.get("begun", "")
    earliest = min(since, datetime.fromisoformat(first) if first else since) - CLOCKS
    alike: list[Json] = []
    start = earliest.astimezone(UTC).replace(microsecond=0)
    asked: dict[str, Any] = {"tweet_fields": reading.TWEET_FIELDS, "exclude": "retweets", "start_time": start}
    if item.kind is Kind.DM:
        asked = {"dm_event_fields": reading.EVENT_FIELDS, "event_types": "MessageCreate"}
    for page in islice(feed.pages(name, asked), PAGES):
        recent = [one for one in page.items if reading.written(one) >= start]
        alike += [one for one in recent if _same(one, item, feed.own_id)]
        if not page.next or len(recent) < len(page.items):
            break
    else:
        if not alike:
            return CannotTell("the list does not reach back that far")
    keys = set(item.handle.get("media", "").split()) & {key for one in alike for key in reading.media_keys(one)}
    proven = [one for one in alike if keys & set(reading.media_keys(one))]
    return _only(_sent(one, item, feed.handle) for one in proven or alike)


def _same(one: Json, item: Item, own_id: str) -> bool:
    ours = reading.unaddressed(item.text) if item.kind is Kind.REPLY else item.text
    same_words = reading.same(_text(one), ours)
    if item.kind is Kind.DM:
        return same_words and str(one.get("sender_id")) == own_id
    answered = (item.parent or item.post) if item.kind is Kind.REPLY else ""
    if reading.referenced(one, "replied_to") != answered:
        return False
    known = set(item.handle.get("media", "").split())
    if known & set(reading.media_keys(one)):
        return True
    files = 1 if item.kind is Kind.VIDEO else len(item.media)
    return same_words and len(reading.media_keys(one)) == files


def _text(one: Json) -> str:
    """Its words; nothing where it is a picture alone."""
    text = reading.words(one)
    return "" if text == reading.WITHOUT_WORDS else text


def _sent(one: Json, item: Item, handle: str) -> Sent:
    remote_id = str(one.get("id"))
    return Sent(remote_id) if item.kind is Kind.DM else Sent(remote_id, reading.address(remote_id, handle))


def _only(found: Iterable[Sent]) -> Lookup:
    several = list(dict.fromkeys(found))
    if len(several) > 1:
        return CannotTell(f"{len(several)} that look the same")
    return Found(several[0]) if several else Absent()
