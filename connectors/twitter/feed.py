"""Walking X's lists: own posts, mentions, answers that don't mention us, direct messages. Reads only, and few: X
charges for each thing read.

What the service must never do is skip a citizen. X lists by id, newest first, and something may turn up in a list
after younger things. So a list's mark moves up only to what is older than LATE; what is younger is handed over again
until it is: the database knows what it has.

Own posts are read once when they are new; and once a day those of a week, for X may take one down later.

The cursor: {"posts": Mark, "mentions": Mark, "answers": Mark, "messages": Mark, "messages_at": s, "whole_at": s,
"watched": [Mark …]}. A Mark is [id, s] of the newest thing that is left behind us; "messages_at" says from when
messages are read again, because X lets an account ask for them 15 times in 15 minutes only, "whole_at" when the week
was read. Seconds are Unix time. At most WATCHED posts are in it: it doesn't grow.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from connectors.answers import leads_on
from connectors.base import Batch, Incoming
from connectors.twitter import reading
from connectors.twitter.reading import Json, Page

Ask = Callable[[str, Mapping[str, Any]], Json]
"""One page of the list of that name, with parameters."""

LATE_S = 120
FIRST_LOOK_S = 7 * 86_400
"""How far back an account's first fetch reaches: what is older was answered, or was not, before we came."""
SEARCHED_S = 7 * 86_400 - 3600
"""X's search reaches back seven days."""
WATCHED = 12
"""Own posts whose answers are searched for: as many as a search of 512 characters can name."""
WHOLE_EVERY_S = 86_400
PAGES_MAX = 50
A_PAGE = 100

Mark = list[Any]


class Feed:
    """One account's lists. `own_id` is the account's own number: what it wrote itself is never handed over."""

    def __init__(self, ask: Ask, own_id: str, handle: str, pace: Callable[[], int] = lambda: 0) -> None:
        self.ask = ask
        self.pace = pace
        self.own_id = own_id
        self.handle = handle

    def pages(self, name: str, params: Mapping[str, Any]) -> Iterator[Page]:
        """Page by page, newest first."""
        after, met = dict[str, Any](), set[str]()
        for _ in range(PAGES_MAX):
            page = Page.read(self.ask(name, {"max_results": A_PAGE, **params, **after}))
            yield page
            if not leads_on(page.next, met):
                return
            after = {"pagination_token": page.next}

    def tweets(self, name: str, mark: Mark, now: int, **more: Any) -> list[tuple[Json, Page]]:
        """What a list of posts holds since `mark`, oldest first."""
        params = {"tweet_fields": reading.TWEET_FIELDS, **more, **since(mark, now, name == "answers")}
        found = [(tweet, page) for page in self.pages(name, params) for tweet in page.items]
        return sorted(found, key=lambda pair: reading.number(pair[0]))

    def citizens(self, name: str, mark: Mark, now: int, ours: list[Mark], **more: Any) -> tuple[list[Incoming], Mark]:
        """The citizens' posts in a list since `mark`, and the mark to keep. What is passed on is nobody's writing.

        `ours`: the posts under which one is a comment.
        """
        roots = frozenset(str(post) for post, _ in ours)
        people = {"expansions": "author_id,referenced_tweets.id", "user_fields": "name,username"}
        found = self.tweets(name, mark, now, **people, **more)
        messages = [
            reading.tweet_in(tweet, page, self.own_id, roots)
            for tweet, page in found
            if str(tweet.get("author_id")) != self.own_id and not reading.referenced(tweet, "retweeted")
        ]
        return messages, moved(mark, [tweet for tweet, _ in found], now)

    def messages(self, mark: Mark, now: int) -> tuple[list[Incoming], Mark]:
        """Direct messages since `mark`, ours too, oldest first. The list knows no "since": it is turned until known
        ones come."""
        params = {
            "event_types": "MessageCreate",
            "dm_event_fields": reading.EVENT_FIELDS,
            "expansions": "sender_id",
            "user_fields": "name,username",
        }
        events: list[Json] = []
        found: list[Incoming] = []
        for page in self.pages("messages", params):
            new = tuple(event for event in page.items if is_since(event, mark))
            events += new
            found += reading.events_in(new, page, self.own_id)
            if len(new) < len(page.items):
                break
        return sorted(found, key=lambda message: int(message.remote_id)), moved(mark, events, now)

    def batches(self, cursor: Mapping[str, Any]) -> Iterator[Batch]:
        """Everything since `cursor`. Each batch carries the cursor to keep once its messages are stored."""
        now = int(time.time())
        at: dict[str, Any] = {name: [0, now - FIRST_LOOK_S] for name in ("posts", "mentions", "answers", "messages")}
        at |= {"watched": [], "messages_at": 0, "whole_at": now, **cursor}
        whole = now - at["whole_at"] >= WHOLE_EVERY_S
        asked_from = [0, now - SEARCHED_S] if whole else at["posts"]
        listed_pairs = self.tweets("posts", asked_from, now, exclude="retweets")
        ours = [tweet for tweet, _ in listed_pairs]
        said = [reading.tweet_in(one, page, self.own_id, frozenset()) for one, page in listed_pairs if is_answer(one)]
        at = {**at, "posts": moved(at["posts"], ours, now), "watched": watched(at["watched"], ours, now)}
        listed = frozenset(str(tweet.get("id")) for tweet in ours)
        at["whole_at"] = now if whole else at["whole_at"]
        # As many as can be turned to are a part of more; none at all tells nothing, for an unwell X shows none, too.
        known = 0 < len(ours) < PAGES_MAX * A_PAGE
        yield Batch((), dict(at), listed, datetime.fromtimestamp(asked_from[1], UTC) if known else None)
        messages, mark = self.citizens("mentions", at["mentions"], now, at["watched"])
        at = {**at, "mentions": mark}
        yield Batch(tuple(messages), at, listed)
        if at["watched"]:
            query = self.unmentioned(at["watched"])
            messages, mark = self.citizens("answers", at["answers"], now, at["watched"], query=query)
            at = {**at, "answers": mark}
            yield Batch(tuple(messages), at, listed)
        if now >= at["messages_at"]:
            messages, mark = self.messages(at["messages"], now)
            at = {**at, "messages": mark, "messages_at": now + self.pace()}
            said += [one for one in messages if one.author_id == self.own_id]
            messages = [one for one in messages if one.author_id != self.own_id]
            yield Batch(tuple(messages), at, listed)
        yield Batch((), at, listed, own=tuple(said))

    def unmentioned(self, posts: list[Mark]) -> str:
        """The search for answers under our posts whose writers took our name out."""
        under = " OR ".join(f"conversation_id:{post}" for post, _ in posts)
        return f"({under}) -from:{self.own_id} -@{self.handle}"


def is_answer(tweet: Json) -> bool:
    return bool(reading.referenced(tweet, "replied_to"))


def since(mark: Mark, now: int, searching: bool) -> dict[str, Any]:
    """From where a list is asked for. A search refuses an id that is older than it reaches."""
    known, at_s = mark
    if known and not (searching and at_s < now - SEARCHED_S):
        return {"since_id": str(known)}
    start = max(at_s, now - SEARCHED_S) if searching else at_s
    return {"start_time": datetime.fromtimestamp(start, UTC)}


def is_since(event: Json, mark: Mark) -> bool:
    known, at_s = mark
    return reading.number(event) > int(known) if known else reading.written(event).timestamp() >= at_s


def moved(mark: Mark, found: list[Json], now: int) -> Mark:
    """The mark to keep: up to the newest that nothing older can turn up behind any more."""
    settled = [one for one in found if reading.written(one).timestamp() < now - LATE_S]
    newest = max(settled, key=reading.number, default=None)
    if newest is None or reading.number(newest) <= mark[0]:
        return mark
    return [reading.number(newest), int(reading.written(newest).timestamp())]


def watched(known: list[Mark], ours: list[Json], now: int) -> list[Mark]:
    """Our latest posts (answers of ours are found under them), as [id, s]."""
    new = [[reading.number(one), int(reading.written(one).timestamp())] for one in ours if reading.is_start(one)]
    posts = {post: at_s for post, at_s in [*known, *new] if at_s > now - SEARCHED_S}
    return [[post, posts[post]] for post in sorted(posts)][-WATCHED:]
