"""Reading back whether a write of unknown outcome stands: by our own mark where it is shown, else by its looks."""

import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta

from connectors.base import Absent, CannotTell, Found, Item, Kind, Lookup, Sent
from connectors.instagram import reading
from connectors.instagram.client import mutation_token, upload_number
from connectors.instagram.feed import Feed
from connectors.instagram.reading import Json, OwnPost

CLOCKS = timedelta(seconds=60)
"""By how much Instagram's clock may lag behind ours."""

FEED_PAGES = 10
"""How far the feed is turned back before we say that we can't tell."""


def find(feed: Feed, item: Item, since: datetime) -> Lookup:
    """Whether `item`, attempted at `since` or later, stands. What can't be read is raised, never taken for absence."""
    earliest = since - CLOCKS
    if item.kind is Kind.DM:
        return find_line(feed, item, earliest)
    if item.kind is Kind.REPLY:
        return find_comment(feed, item, earliest)
    return find_post(feed, item, earliest)


def find_post(feed: Feed, item: Item, earliest: datetime) -> Lookup:
    """By upload number (unproved that Instagram shows it), else by kind, caption, number of pictures and time."""
    numbers = {upload_number(item.nonce), item.handle.get("upload_id", "")} - {""}
    alike: list[OwnPost] = []
    reached = True  # a list that ends is complete
    for number, page in enumerate(feed.post_pages(), start=1):
        alike += [post for post in page if post.taken_at >= earliest.timestamp() and _same_post(post, item, numbers)]
        reached = not page or page[-1].taken_at < earliest.timestamp()
        if reached or number == FEED_PAGES:
            break
        reached = True
    ours = [post for post in alike if post.tokens & numbers] or alike
    if not ours and not reached:
        return CannotTell("the list of posts does not reach back that far")
    return _only(Sent(post.pk, reading.address(post.pk)) for post in ours)


def find_comment(feed: Feed, item: Item, earliest: datetime) -> Lookup:
    """By author, text, time and the comment answered; Instagram shows no mark of ours on a comment."""
    tops: dict[str, str] = {}
    ours: list[Json] = []
    for page in feed.comment_pages(item.post):
        for top in page:
            pk = reading.pk_of(top)
            shown = list(top.get("preview_child_comments") or ())
            whole = len(shown) >= int(top.get("child_comment_count") or 0)
            answers = shown if whole else feed.answers(item.post, pk)
            tops |= dict.fromkeys([pk, *(reading.pk_of(answer) for answer in answers)], pk)
            ours += [one for one in (top, *answers) if _same_words(one, item, feed.own_id, earliest)]
    if item.parent and not tops:
        return CannotTell("the post shows no comment at all, not even the one that was answered")
    thread = tops.get(item.parent, item.parent)
    return _only(
        Sent(reading.pk_of(one), reading.address(item.post))
        for one in ours
        if (tops[reading.pk_of(one)] if item.parent else "") == thread
        and str(one.get("replied_to_comment_id") or item.parent) == item.parent
    )


def find_line(feed: Feed, item: Item, earliest: datetime) -> Lookup:
    """By the mark that we gave the message; Instagram's lists carry it back."""
    mark = mutation_token(item.nonce)
    lines = feed.thread(item.thread, int(earliest.timestamp() * 1_000_000))["items"]
    return _only(Sent(str(line.get("item_id"))) for line in lines if str(line.get("client_context")) == mark)


def _same_post(post: OwnPost, item: Item, numbers: set[str]) -> bool:
    if post.tokens & numbers:
        return True
    pictures = item.kind is not Kind.CAROUSEL or post.pictures == len(item.media)
    return post.kind is item.kind and pictures and _plain(post.text) == _plain(item.text)


def _same_words(comment: Json, item: Item, own_id: str, earliest: datetime) -> bool:
    mine = reading.author_of(comment) == own_id and reading.written_s(comment) >= earliest.timestamp()
    return mine and _plain(str(comment.get("text") or "")) == _plain(item.text)


def _plain(text: str) -> str:
    """Without what a platform may change in a text: Unicode's composed forms, line ends, blanks around."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").strip().split("\n")
    return "\n".join(line.rstrip() for line in lines)


def _only(found: Iterable[Sent]) -> Lookup:
    several = list(dict.fromkeys(found))  # a list may name one twice: a pinned post, pages that overlap
    if len(several) > 1:
        return CannotTell(f"{len(several)} that look the same")
    return Found(several[0]) if several else Absent()
