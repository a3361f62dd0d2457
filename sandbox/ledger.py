"""The state of the stand-in's world, the same for every platform, and the ledger of all that was written.

Everything lives in memory and ends with the process. One lock guards all of it; numbers and times only grow,
so that a listing can be paged by them. The ledger is never taken back: deleting a post leaves its entry standing.
"""

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

EPOCH_MS = 1_314_220_021_721  # Instagram's own zero hour of its 64-bit ids (2011), kept for ids of a familiar size


@dataclass(slots=True)
class Account:
    """A page of the service's own. `password` is None until somebody signs in or sets it."""

    platform: str
    handle: str
    pk: str
    name: str
    password: str | None = None
    two_factor: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """A citizen."""

    handle: str
    pk: str
    name: str


@dataclass(frozen=True, slots=True)
class Blob:
    """An uploaded picture or film, kept whole. Width and height in pixels, 0 where unknown."""

    name: str
    mime: str
    data: bytes
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class Picture:
    """A blob as part of a post."""

    blob: Blob
    alt: str = ""
    cover: Blob | None = None


@dataclass(slots=True)
class Post:
    """`shape` is the platform's own word for the kind; `token` what the client called its upload."""

    pk: str
    code: str
    account: Account
    text: str
    media: tuple[Picture, ...]
    at_us: int
    shape: str
    token: str = ""
    deleted: bool = False


@dataclass(slots=True)
class Comment:
    """`parent` is the comment it answers (empty: the post itself), `root` the one at the top of that thread."""

    pk: str
    post: Post
    author: Person | Account
    text: str
    at_us: int
    parent: str = ""
    root: str = ""
    token: str = ""
    deleted: bool = False
    state: str = ""
    """Empty: everybody sees it. Else the platform's own word for why only the page's owner does ("hold", "spam")."""


@dataclass(frozen=True, slots=True)
class Line:
    """One direct message; `token` is the client's own mark, empty from a citizen."""

    pk: str
    author: Person | Account
    text: str
    at_us: int
    token: str = ""
    is_link: bool = False


@dataclass(slots=True)
class Thread:
    """A conversation of one citizen with one account. `pending`: not accepted yet (a message request)."""

    pk: str
    account: Account
    person: Person
    pending: bool
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger, as it is shown."""

    seq: int
    at: str
    platform: str
    account: str
    kind: str
    id: str
    parent: str
    author: str
    text: str
    media: int


class World:
    """All platforms' accounts, posts, comments and conversations."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.accounts: dict[tuple[str, str], Account] = {}
        self.people: dict[tuple[str, str], Person] = {}
        self.posts: dict[str, Post] = {}
        self.mentions: dict[str, Post] = {}
        """Citizens' own posts that name an account; each stands on a page of the citizen's own."""
        self.comments: dict[str, Comment] = {}
        self.threads: dict[str, Thread] = {}
        self.files: dict[str, Blob] = {}
        self.uploads: dict[tuple[str, str], dict[str, Blob]] = {}
        self.sessions: dict[str, Account] = {}
        self.entries: list[Entry] = []
        self.changes = 0  # grows with whatever a page may show
        self.details: dict[str, dict[str, Any]] = {}
        """What a platform's own JSON shows besides of a thing, by its number (a title, an alt text)."""
        self.numbers: dict[str, Callable[[str, str], str]] = {}
        """How a platform makes a comment's id of a new number and of the id on top of its thread (empty: none)."""
        self.listeners: list[Callable[[Entry], None]] = []
        """Who hears of each new entry, at once and under the lock: they only take note."""
        self._late: dict[str, float] = {}
        self._writing_late = threading.local()
        self._last_us = 0
        self._last_id = 0

    def now_us(self) -> int:
        """Microseconds since 1970, never the same twice."""
        with self.lock:
            self._last_us = max(self._last_us + 1, time.time_ns() // 1000)
            return self._last_us

    def new_id(self) -> str:
        """A number of 19 digits that grows with time."""
        with self.lock:
            self._last_id = max(self._last_id + 1, (time.time_ns() // 1_000_000 - EPOCH_MS) << 23)
            return str(self._last_id)

    # People and accounts

    def account(self, platform: str, handle: str) -> Account | None:
        return self.accounts.get((platform, handle.lower()))

    def account_by_pk(self, pk: str) -> Account | None:
        with self.lock:
            return next((account for account in self.accounts.values() if account.pk == pk), None)

    def open_account(self, platform: str, handle: str, name: str = "") -> Account:
        """The account of that handle, made now where there is none."""
        with self.lock:
            key = (platform, handle.lower())
            if key not in self.accounts:
                self.accounts[key] = Account(platform, handle.lower(), self._person_pk(), name or handle)
            return self.accounts[key]

    def person(self, platform: str, author: str, name: str = "") -> Person:
        """The citizen who calls themselves `author`; the handle is made of it, the name is `name` or `author`."""
        handle = re.sub(r"[^a-z0-9._]+", "_", author.lower()).strip("_") or "warga"
        with self.lock:
            key = (platform, handle)
            if key not in self.people:
                self.people[key] = Person(handle, self._person_pk(), name or author)
            return self.people[key]

    def _person_pk(self) -> str:
        return str(60_000_000_000 + 1009 * (len(self.accounts) + len(self.people) + 1))

    # What lists show only later

    @contextmanager
    def shown_late(self, seconds: float) -> Iterator[None]:
        """What this thread writes within it stands in lists only after `seconds`."""
        self._writing_late.seconds = seconds
        try:
            yield
        finally:
            self._writing_late.seconds = 0

    def lists(self, pk: str) -> bool:
        """Whether lists show it by now."""
        return self._late.get(pk, 0) <= time.monotonic()

    def catch_up(self) -> None:
        """Lists show everything from now on."""
        self._late.clear()

    # Files

    def keep(self, mime: str, data: bytes, width: int = 0, height: int = 0) -> Blob:
        """Store an upload; its name is its address under `/_sandbox/media/`."""
        suffix = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "video/mp4": "mp4"}.get(mime, "bin")
        blob = Blob(f"{self.new_id()}.{suffix}", mime, data, width, height)
        with self.lock:
            self.files[blob.name] = blob
        return blob

    # Posts and comments

    def publish(self, post: Post) -> Post:
        with self.lock:
            self.posts[post.pk] = post
            self._enter(post.account, "post", post.pk, "", post.account.handle, post.text, post.at_us, len(post.media))
        return post

    def post(self, platform: str, reference: str) -> Post | None:
        """The standing post of that id (also `id_owner`) or code."""
        number = reference.split("_")[0]
        with self.lock:
            found = self.posts.get(reference) or self.posts.get(number) or self.mentions.get(number)
            found = found or next((p for p in self.posts.values() if p.code == reference), None)
        return found if found and not found.deleted and found.account.platform == platform else None

    def posts_of(self, account: Account) -> list[Post]:
        """Standing posts, newest first."""
        with self.lock:
            posts = [post for post in self.posts.values() if post.account is account and not post.deleted]
            posts = [post for post in posts if self.lists(post.pk)]
        return sorted(posts, key=lambda post: post.at_us, reverse=True)

    def mention(self, account: Account, person: Person, text: str) -> Post:
        """A citizen's own post that names the account."""
        with self.lock:
            page = Account(account.platform, person.handle, person.pk, person.name)
            pk = self.new_id()
            made = Post(pk, pk, page, text, (), self.now_us(), "mention")
            self.mentions[pk] = made
            self._enter(account, "mention", pk, "", person.handle, text, made.at_us)
        return made

    def comment(
        self, post: Post, author: Person | Account, text: str, parent: Comment | None = None, token: str = ""
    ) -> Comment:
        with self.lock:
            above = (parent.pk, parent.root or parent.pk) if parent else ("", "")
            make = self.numbers.get(post.account.platform)
            number = make(self.new_id(), above[1]) if make else self.new_id()
            comment = Comment(number, post, author, text, self.now_us(), *above, token=token)
            self.comments[comment.pk] = comment
            page, kind = (author, "reply") if isinstance(author, Account) else (post.account, "comment")
            self._enter(page, kind, comment.pk, above[0] or post.pk, author.handle, text, comment.at_us)
        return comment

    def standing_comment(self, post: Post, pk: str) -> Comment | None:
        comment = self.comments.get(pk)
        return comment if comment and comment.post is post and not comment.deleted else None

    def comments_of(self, post: Post, root: str = "") -> list[Comment]:
        """Standing comments under the post itself, or those in the thread below `root`; oldest first."""
        with self.lock:
            under = [c for c in self.comments.values() if c.post is post and c.root == root and not c.deleted]
            return [comment for comment in under if self.lists(comment.pk)]

    def decide(self, comment: Comment, state: str) -> None:
        """Show a comment to everybody (empty) or to the page's owner alone."""
        with self.lock:
            comment.state = state
            self.changes += 1

    def delete_post(self, post: Post) -> None:
        with self.lock:
            post.deleted = True
            self.changes += 1

    def delete_comments(self, post: Post, pks: list[str]) -> None:
        """Takes the answers below a comment away with it."""
        with self.lock:
            self.changes += 1
            for comment in self.comments.values():
                if comment.post is post and (comment.pk in pks or comment.root in pks):
                    comment.deleted = True

    # Conversations

    def thread_of(self, account: Account, person: Person) -> Thread:
        """Their conversation; a new one waits among the requests."""
        with self.lock:
            for thread in self.threads.values():
                if thread.account is account and thread.person == person:
                    return thread
            thread = Thread(f"3402823668417103{self.new_id()}", account, person, pending=True)
            self.threads[thread.pk] = thread
            return thread

    def threads_of(self, account: Account, pending: bool | None = None) -> list[Thread]:
        """Conversations that hold a message, the liveliest first."""
        with self.lock:
            threads = [t for t in self.threads.values() if t.account is account and t.lines]
        if pending is not None:
            threads = [thread for thread in threads if thread.pending is pending]
        return sorted(threads, key=lambda thread: thread.lines[-1].at_us, reverse=True)

    def say(
        self,
        thread: Thread,
        author: Person | Account,
        text: str,
        token: str = "",
        is_link: bool = False,
        about: dict[str, Any] | None = None,
    ) -> Line:
        """`about` are details of it; a picture among them ("media") is counted."""
        with self.lock:
            line = Line(self.new_id(), author, text, self.now_us(), token, is_link)
            thread.lines.append(line)
            if about:
                self.details[line.pk] = about
            media = int(bool(about and about.get("media")))
            self._enter(thread.account, "dm", line.pk, thread.pk, author.handle, text, line.at_us, media)
        return line

    # The ledger

    def _enter(
        self, account: Account, kind: str, pk: str, parent: str, author: str, text: str, at_us: int, media: int = 0
    ) -> None:
        at = datetime.fromtimestamp(at_us / 1_000_000, UTC).isoformat()
        seq = len(self.entries) + 1
        self.changes += 1
        if seconds := getattr(self._writing_late, "seconds", 0):
            self._late[pk] = time.monotonic() + seconds
        entry = Entry(seq, at, account.platform, account.handle, kind, pk, parent, author, text, media)
        self.entries.append(entry)
        for listener in self.listeners:
            listener(entry)

    def ledger(self) -> list[dict[str, object]]:
        """Every accepted write and citizen's message, oldest first."""
        with self.lock:
            return [asdict(entry) for entry in self.entries]

    def entry(self, pk: str) -> dict[str, object]:
        with self.lock:
            return next(asdict(entry) for entry in reversed(self.entries) if entry.id == pk)
