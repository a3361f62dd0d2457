"""Reading a site's comments: every citizen's word since a cursor, held ones too, oldest first.

Pages are told apart by time and not by number: a comment that is deleted while pages are turned moves nothing.
WordPress stamps a comment before its spam filter thinks about it and only then stores it, so it may turn up after
younger ones: the last two minutes are read again each time, and now and then the last two days, for comments that a
person took out of the spam box. Repeats of the two minutes are left out here, those of the two days by the database.

The cursor: {"at": s, "seen": [ids of the last LATE_S], "again": s}. Seconds are Unix time by the site's own clock.
"""

import hashlib
import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from connectors.base import Batch, Incoming, MessageKind
from connectors.errors import LoginNeeded, Refused
from connectors.website.markup import plain
from connectors.website.site import Json, Site

FIRST_LOOK_S = 7 * 86_400
LATE_S = 120
AGAIN_EVERY_S = 3600
AGAIN_S = 2 * 86_400
PER_PAGE = 100
"""WordPress's own maximum."""
SEEN_MAX = 500
DEPTH_MAX = 10
POST_TEXT_MAX = 2000
KEPT = ("id", "post", "parent", "author", "author_name", "author_url", "date", "date_gmt", "content", "link", "status")
"""What is kept of WordPress's JSON: not the network address, browser and e-mail of whoever wrote."""

# `all` is approved and held ones; WordPress reads a list ("hold,approve") as one unknown word and finds nothing.
EVERY = {"status": "all", "context": "edit"}


class Comments:
    """The comments of one site; `own_id` is our user's number there."""

    def __init__(self, site: Site, own_id: str) -> None:
        self.site = site
        self.own_id = own_id
        self.posts: dict[int, str] = {}
        """Texts of posts, by number."""
        self.staff: dict[str, bool] = {own_id: True}
        """Whether a user of the site is a colleague, by number."""

    def batches(self, cursor: Mapping[str, Any]) -> Iterator[Batch]:
        """All since `cursor`. Each batch carries the cursor to keep once its messages are stored."""
        now = int(time.time())
        at = {"at": now - FIRST_LOOK_S, "seen": [], "again": now, **cursor}
        posts = self._own_posts()
        listed = frozenset(str(post["id"]) for post in posts)
        yield Batch((), dict(at), listed, complete_since(posts))
        if now - int(at["again"]) >= AGAIN_EVERY_S:
            for page in self._pages(now - AGAIN_S):
                yield self._batch(page, dict(at), listed)
            at["again"] = now
        dates: dict[int, int] = dict.fromkeys(at["seen"], int(at["at"]))
        for page in self._pages(int(at["at"]) - LATE_S):
            new = [one for one in page if one["id"] not in dates]
            dates |= {int(one["id"]): written_s(one) for one in page}
            at["at"] = max([int(at["at"]), *(written_s(one) for one in page)])
            lately = [number for number, written in dates.items() if written > at["at"] - LATE_S]
            yield self._batch(new, {**at, "seen": lately[-SEEN_MAX:]}, listed)

    def _own_posts(self) -> list[Json]:
        """Our newest public posts, newest first."""
        asked = {"author": self.own_id, "status": "publish", "per_page": str(PER_PAGE), "_fields": "id,date_gmt"}
        return self.site.get_list("wp/v2/posts", asked)

    def _pages(self, since: int) -> Iterator[list[Json]]:
        """Comments written after `since`, oldest first; those of the last second of a page come again on the next.
        A cache before the site may give the same page for ever: another number and the same page end it."""
        asked = EVERY | {"orderby": "date_gmt", "order": "asc", "per_page": str(PER_PAGE)}
        number, before = 1, list[int]()
        while True:
            page = self.site.get_list("wp/v2/comments", asked | {"after": stamp(since), "page": str(number)})
            yield page
            these = [int(one["id"]) for one in page]
            if len(page) < PER_PAGE or (number > 1 and these == before):
                return
            before = these
            last = written_s(page[-1]) - 1
            since, number = (last, 1) if last > since else (since, number + 1)

    def _batch(self, page: list[Json], at: Mapping[str, Any], listed: frozenset[str]) -> Batch:
        """Citizens' comments apart from what the site's own people wrote."""
        self._learn_staff({str(one["author"]) for one in page if one.get("author")} - self.staff.keys())
        ours = [one for one in page if self.staff.get(str(one.get("author")))]
        citizens = self._read([one for one in page if one not in ours])
        return Batch(citizens, at, listed, own=tuple(self._incoming(one, {}) for one in ours if one.get("parent")))

    def _learn_staff(self, numbers: set[str]) -> None:
        """Which of these users may write posts: they are colleagues, and no citizens. A site that keeps its users to
        itself tells nothing: then whoever is not us is a citizen, for none may be lost."""
        self.staff |= dict.fromkeys(numbers, False)
        if not numbers:
            return
        try:
            found = list(self._some("wp/v2/users", sorted(map(int, numbers)), {"who": "authors", "_fields": "id"}))
        except (LoginNeeded, Refused):
            return
        self.staff |= {str(one["id"]): True for one in found}

    def _read(self, comments: list[Json]) -> tuple[Incoming, ...]:
        if not comments:
            return ()
        self._learn_posts({int(one["post"]) for one in comments} - self.posts.keys())
        roots = self._roots(comments)
        return tuple(self._incoming(one, roots) for one in comments)

    def _incoming(self, one: Json, roots: Mapping[int, int]) -> Incoming:
        held = one.get("status") != "approved"
        parent = int(one.get("parent") or 0)
        return Incoming(
            kind=MessageKind.COMMENT,
            remote_id=str(one["id"]),
            author_id=author_of(one),
            author_handle="",
            author_name=str(one.get("author_name") or ""),
            text=plain(one["content"]["raw"]),
            written_at=datetime.fromtimestamp(written_s(one), UTC),
            raw={key: one[key] for key in KEPT if key in one},
            post=str(one["post"]),
            post_text=self.posts.get(int(one["post"]), ""),
            parent=str(parent or ""),
            thread=str(roots.get(parent, parent) or ""),
            permalink="" if held else str(one.get("link") or ""),  # a held comment is on no public page
            held=held,
        )

    def _learn_posts(self, numbers: set[int]) -> None:
        """The texts of what the comments stand under: a post, or one of the site's fixed pages."""
        for kind in ("posts", "pages"):
            missing = sorted(numbers - self.posts.keys())
            if not missing:
                return
            for post in self._some(f"wp/v2/{kind}", missing, {"_fields": "id,title,content"}):
                text = f"{plain(post['title']['rendered'])}\n{plain(post['content']['rendered'])}"
                self.posts[int(post["id"])] = text.strip()[:POST_TEXT_MAX]

    def _roots(self, comments: list[Json]) -> dict[int, int]:
        """For each comment that is answered, the one at the top of its thread."""
        above = {int(one["id"]): int(one.get("parent") or 0) for one in comments}
        for _ in range(DEPTH_MAX):
            missing = sorted(set(above.values()) - above.keys() - {0})
            if not missing:
                break
            found = self._some("wp/v2/comments", missing, EVERY | {"_fields": "id,parent"})
            above |= dict.fromkeys(missing, 0) | {int(one["id"]): int(one["parent"]) for one in found}
        return {number: top(number, above) for number in above}

    def still_there(self, numbers: list[int]) -> frozenset[str]:
        found = self._some("wp/v2/comments", numbers, EVERY | {"_fields": "id"})
        return frozenset(str(one["id"]) for one in found)

    def _some(self, path: str, numbers: list[int], params: Mapping[str, str]) -> Iterator[Json]:
        for start in range(0, len(numbers), PER_PAGE):
            some = ",".join(map(str, numbers[start : start + PER_PAGE]))
            yield from self.site.get_list(path, {**params, "include": some, "per_page": str(PER_PAGE)})


def complete_since(posts: list[Json]) -> datetime | None:
    """From when on they are all that stand: always, where the page is not full. An empty one tells nothing."""
    if not posts:
        return None
    return datetime.fromtimestamp(0 if len(posts) < PER_PAGE else written_s(posts[-1]) + 1, UTC)


def top(number: int, above: Mapping[int, int]) -> int:
    for _ in range(DEPTH_MAX):
        if not above.get(number):
            break
        number = above[number]
    return number


def author_of(one: Json) -> str:
    """Who wrote it: a user's number; a visitor is known again by a digest of the e-mail address, or of the name."""
    if one.get("author"):
        return str(one["author"])
    known_by = str(one.get("author_email") or one.get("author_name") or "").strip().lower()
    return f"visitor:{hashlib.sha256(known_by.encode()).hexdigest()[:24]}"


def written_s(one: Json) -> int:
    return int(datetime.fromisoformat(one["date_gmt"]).replace(tzinfo=UTC).timestamp())


def stamp(seconds: int) -> str:
    """With its Z: without it WordPress takes a time for the site's own."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def find_answers(site: Site, post: str, parent: str, own_id: str) -> Iterable[Json]:
    """What we wrote under one comment (or, without one, right under the post), newest first."""
    asked = EVERY | {"post": post, "parent": parent or "0", "author": own_id, "per_page": str(PER_PAGE)}
    return site.get_list("wp/v2/comments", asked | {"orderby": "date_gmt", "order": "desc"})
