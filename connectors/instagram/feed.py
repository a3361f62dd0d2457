"""Walking Instagram's lists: own posts, their comments and answers, direct messages. Reads only.

What the service must never do is skip a citizen, so nothing here leans on an order that Instagram doesn't promise:
- a post is read again when its number of comments changed; its pages are walked until that many new ones turned up,
  whatever their order, and to the end where they don't (one deleted, one let through late by the spam filter);
- a deleted and a new comment leave the number as it was: posts are therefore re-read now and then all the same, the
  last two days' every ten minutes, older ones every six hours, at most two a fetch. That is the longest delay;
- all that was walked is handed over, repeats included: the database knows what it has.

The cursor: {"floor": s, "posts": {pk: Mark}, "inbox": µs, "pending": µs}. It holds only posts that are watched, so it
doesn't grow. Seconds are Unix time.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from connectors.answers import leads_on, rows_in
from connectors.base import Batch, Incoming
from connectors.errors import Reason, Refused
from connectors.instagram import reading
from connectors.instagram.reading import Json, OwnPost

Ask = Callable[[str, Mapping[str, str]], Json]
"""GET an address below /api/v1/ with parameters."""

WATCHED = 33
"""Own posts whose comments are read: a month of a daily calendar, and one page of the feed."""
FIRST_LOOK_S = 7 * 86_400
"""How far back an account's first fetch reaches: what is older was answered, or was not, before we came."""
YOUNG_S = 2 * 86_400
REREAD_YOUNG_S = 600
REREAD_OLD_S = 6 * 3600
REREADS = 2
PAGES_MAX = 100
WALKS_MAX = 5
THREADS_REMEMBERED = 100
LATE_US = 120_000_000
"""Direct messages may turn up in the list after younger ones: for a while the last two minutes are read again."""


@dataclass(slots=True)
class Mark:
    """How far a post was read: its number of comments then, when, the newest comment's second, and how many answers
    each thread had that Instagram doesn't show whole."""

    count: int
    read_at: int
    newest: int
    answers: dict[str, int] = field(default_factory=dict)

    @classmethod
    def kept(cls, data: Any) -> "Mark | None":
        return cls(data["n"], data["at"], data["new"], dict(data["below"])) if data else None

    def json(self) -> dict[str, Any]:
        below = dict(list(self.answers.items())[-THREADS_REMEMBERED:])
        return {"n": self.count, "at": self.read_at, "new": self.newest, "below": below}


class Feed:
    """One account's lists. `own_id` is the account's own number: what it wrote itself is never handed over."""

    def __init__(self, ask: Ask, own_id: str) -> None:
        self.ask = ask
        self.own_id = own_id
        self.at_end = False
        """Whether the last page of posts that was turned was the very last."""

    # --- posts

    def post_pages(self) -> Iterator[list[OwnPost]]:
        """Own posts, a page at a time, newest first (pinned ones before)."""
        params, met = {"count": str(WATCHED)}, set[str]()
        for _ in range(PAGES_MAX):
            page = self.ask(f"feed/user/{self.own_id}/", params)
            self.at_end = page.get("more_available") is False
            yield [OwnPost.read(item) for item in rows_in(page, "items")]
            after = str(page.get("next_max_id") or "")
            if not page.get("more_available") or not leads_on(after, met):
                return
            params = params | {"max_id": after}

    def watched(self) -> list[OwnPost]:
        """The newest posts, whose comments are read. Pages may be shorter than asked for, pinned posts named twice."""
        found: dict[str, OwnPost] = {}
        for page in self.post_pages():
            found |= {post.pk: post for post in page}
            if len(found) >= WATCHED:
                break
        self.at_end = self.at_end and len(found) <= WATCHED
        return list(found.values())[:WATCHED]

    def complete_since(self, posts: list[OwnPost]) -> datetime | None:
        """From when on `posts` are all that stand. The last one is no pinned one, which come first whatever their age.
        An empty list tells nothing: an unwell platform shows one, too."""
        if not posts:
            return None
        return datetime.fromtimestamp(0 if self.at_end else posts[-1].taken_at, UTC)

    def comment_pages(self, post: str) -> Iterator[list[Json]]:
        """The comments right under a post, in Instagram's order."""
        yield from self._pages(
            f"media/{post}_{self.own_id}/comments/",
            "comments",
            (("has_more_headload_comments", "next_min_id", "min_id"), ("has_more_comments", "next_max_id", "max_id")),
        )

    def answers(self, post: str, top: str) -> list[Json]:
        """Everything below one comment."""
        more = (("has_more_head_child_comments", "next_min_child_cursor", "min_id"),)
        below = f"media/{post}_{self.own_id}/comments/{top}/inline_child_comments/"
        return [answer for page in self._pages(below, "child_comments", more) for answer in page]

    def _pages(self, path: str, key: str, ways_on: tuple[tuple[str, str, str], ...]) -> Iterator[list[Json]]:
        params = {"can_support_threading": "true", "permalink_enabled": "false"}
        where, met = dict(params), set[str]()
        for _ in range(PAGES_MAX):
            page = self.ask(path, where)
            yield list(page.get(key) or ())
            on = next(({ask: str(page[then])} for has, then, ask in ways_on if page.get(has) and page.get(then)), None)
            if on is None or not leads_on(on, met):
                return
            where = params | on

    def read_post(self, post: OwnPost, known: Mark | None, now: int, floor: int) -> tuple[list[Incoming], Mark]:
        """The comments of a post, ours too (repeats included, oldest first), and how far it is read now."""
        expected = post.comments - known.count if known and post.comments > known.count else None
        # Where the number of comments tells nothing, the threads' numbers of answers don't either: all are read.
        mark = Mark(post.comments, now, known.newest if known else 0, dict(known.answers) if known and expected else {})
        seen: dict[str, tuple[Json, str]] = {}
        new = 0
        for page in self.comment_pages(post.pk):
            for top in page:
                family = [(top, ""), *((answer, reading.pk_of(top)) for answer in self._below(post, top, mark))]
                new += sum(reading.written_s(one) > (known.newest if known else 0) for one, _ in family)
                seen.update({reading.pk_of(one): (one, parent) for one, parent in family})
            if expected is not None and new >= expected:
                break
        written = [reading.written_s(one) for one, _ in seen.values()]
        mark.newest = max([mark.newest, *written])
        found = [reading.comment_in(one, post, top) for one, top in seen.values() if reading.written_s(one) >= floor]
        return sorted(found, key=lambda message: message.written_at), mark

    def _below(self, post: OwnPost, top: Json, mark: Mark) -> list[Json]:
        """The answers to a comment: those shown along with it, or all where more of them came."""
        shown = list(top.get("preview_child_comments") or ())
        count = int(top.get("child_comment_count") or 0)
        pk = reading.pk_of(top)
        if count <= len(shown) or mark.answers.get(pk) == count:
            return shown
        mark.answers[pk] = count
        return self.answers(post.pk, pk)

    # --- direct messages

    def thread_pages(self, box: str) -> Iterator[list[Json]]:
        """Conversations of "inbox" or "pending_inbox", a page at a time, the liveliest first."""
        params = {"visual_message_return_type": "unseen", "persistentBadging": "true", "limit": "20"}
        params |= {"thread_message_limit": "10"}
        met: set[str] = set()
        for _ in range(PAGES_MAX):
            inbox = self.ask(f"direct_v2/{box}/", params).get("inbox") or {}
            yield list(inbox.get("threads") or ())
            after = str(inbox.get("oldest_cursor") or "")
            if not inbox.get("has_older") or not leads_on(after, met):
                return
            params = params | {"cursor": after, "direction": "older"}

    def thread(self, thread: str, back_to_us: int) -> Json:
        """A conversation with its messages back to a time (microseconds), newest first."""
        params = {"visual_message_return_type": "unseen", "direction": "older", "limit": "20"}
        lines: list[Json] = []
        whole: Json = {}
        met: set[str] = set()
        for _ in range(PAGES_MAX):
            whole = self.ask(f"direct_v2/threads/{thread}/", params).get("thread") or {}
            page = list(whole.get("items") or ())
            lines += page
            after = str(whole.get("oldest_cursor") or "")
            if not whole.get("has_older") or not page or reading.line_us(page[-1]) < back_to_us:
                break
            if not leads_on(after, met):
                break
            params = params | {"cursor": after}
        return {**whole, "items": lines}

    def read_box(self, box: str, since_us: int) -> tuple[list[Incoming], int]:
        """All messages since a time (microseconds, that moment included), ours too, oldest first, and the newest.

        A conversation that comes alive while the pages are turned jumps to the first one, past us, and its unread
        messages with it: where there was more than one page, they are walked again until nothing is livelier.
        """
        messages: list[Incoming] = []
        done: dict[str, int] = {}
        for _ in range(WALKS_MAX):
            pages, found = 0, 0
            for page in self.thread_pages(box):
                pages += 1
                for thread in page:
                    who, last = str(thread.get("thread_id")), _last_us(thread)
                    if last >= since_us and done.get(who) != last:
                        done[who] = last
                        found += 1
                        messages += self._new_lines(thread, since_us)
                if not page or _last_us(page[-1]) < since_us:
                    break
            if pages <= 1 or not found:
                break
        return sorted(messages, key=lambda message: message.written_at), max(done.values(), default=0)

    def _new_lines(self, thread: Json, since_us: int) -> Iterator[Incoming]:
        lines = [line for line in self._lines(thread, since_us) if reading.line_us(line) >= since_us]
        return reading.lines_in(thread, lines, self.own_id)

    def _lines(self, thread: Json, since_us: int) -> list[Json]:
        lines = list(thread.get("items") or ())
        if lines and reading.line_us(lines[-1]) >= since_us and thread.get("has_older", True):
            return list(self.thread(str(thread.get("thread_id")), since_us)["items"])
        return lines

    # --- all of it

    def batches(self, cursor: Mapping[str, Any]) -> Iterator[Batch]:
        """Everything since `cursor`. Each batch carries the cursor to keep once its messages are stored."""
        now = int(time.time())
        at: dict[str, Any] = {"floor": now - FIRST_LOOK_S, "inbox": 0, "pending": 0, **cursor}
        posts = self.watched()
        marks = {post.pk: (cursor.get("posts") or {}).get(post.pk) for post in posts}
        at["posts"] = {pk: mark for pk, mark in marks.items() if mark}
        yield Batch((), dict(at), frozenset(marks), self.complete_since(posts))
        for post in due(posts, {pk: Mark.kept(mark) for pk, mark in marks.items()}, now):
            messages, mark = self._read_or_skip(post, Mark.kept(marks[post.pk]), now, int(at["floor"]))
            at = {**at, "posts": {**at["posts"], post.pk: mark.json()}}
            yield self._batch(messages, at)
        # Requests first: one that is accepted in between is met in the inbox then, and not missed in both.
        for box, key in (("pending_inbox", "pending"), ("inbox", "inbox")):
            floor_us = int(at["floor"]) * 1_000_000
            messages, newest = self.read_box(box, max(floor_us, _again_from(int(at[key]), now)))
            at = {**at, key: max(newest, int(at[key]))}
            yield self._batch(messages, at)

    def _batch(self, messages: list[Incoming], at: Mapping[str, Any]) -> Batch:
        """Citizens' messages apart from our own."""
        ours = tuple(one for one in messages if one.author_id == self.own_id)
        return Batch(tuple(one for one in messages if one.author_id != self.own_id), at, own=ours)

    def _read_or_skip(self, post: OwnPost, known: Mark | None, now: int, floor: int) -> tuple[list[Incoming], Mark]:
        """A post that is gone since it was listed stops nothing else."""
        try:
            return self.read_post(post, known, now, floor)
        except Refused as error:
            if error.reason not in {Reason.NOT_FOUND, Reason.COMMENTS_CLOSED}:
                raise
            return [], Mark(post.comments, now, known.newest if known else 0)


def due(posts: list[OwnPost], known: Mapping[str, Mark | None], now: int) -> list[OwnPost]:
    """The posts to read in this fetch, oldest first: changed ones, and at most REREADS unchanged ones."""
    changed, unchanged = [], []
    for post in posts:
        mark = known[post.pk]
        if mark is None or mark.count != post.comments:
            changed.append(post)
        elif now - mark.read_at >= (REREAD_YOUNG_S if now - post.taken_at < YOUNG_S else REREAD_OLD_S):
            unchanged.append((mark.read_at, post))
    again = [post for _, post in sorted(unchanged, key=lambda pair: pair[0])[:REREADS]]
    return sorted(changed + again, key=lambda post: (post.taken_at, post.pk))


def _last_us(thread: Json) -> int:
    lines = thread.get("items") or ()
    return max([int(thread.get("last_activity_at") or 0), *(reading.line_us(line) for line in lines)])


def _again_from(newest_us: int, now: int) -> int:
    """From when direct messages are read: a little before the newest known, while late ones may still turn up."""
    lately = now * 1_000_000 - newest_us < 5 * LATE_US
    return newest_us - LATE_US if lately else newest_us + 1
