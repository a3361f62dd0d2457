"""The verbs that a Page and the Instagram account behind it share: messages, comments, taking back, fetching."""

import json
import re
import time
from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, ClassVar

from connectors.base import (
    Absent,
    Batch,
    CannotTell,
    Found,
    Heard,
    Incoming,
    Item,
    Kind,
    Lookup,
    Remember,
    Sent,
)
from connectors.errors import LoginNeeded, OutcomeUnknown, Reason, Refused
from connectors.graph.comments import Mark, due, read_post
from connectors.graph.conversations import Conversations, again_from
from connectors.graph.reading import Json, OwnPost, id_of
from connectors.graph.token import TokenConnector
from connectors.graph.webhooks import heard

CLOCKS = timedelta(seconds=60)
"""By how much Meta's clock may lag behind ours when an attempt is looked for."""
NODE = re.compile(r"[0-9_]+")
"""What can be asked for by itself."""
LOOKS_EVERY = timedelta(hours=6)
"""Fifty comments count as fifty calls of the app's."""
LOOKED_AT = 3
"""So many posts are looked at for a citizen's comment."""
LIST_PAGES = 10
"""How far `find_own` turns back a list before it says that it can't tell."""
FIRST_LOOK_S = 7 * 86_400
"""How far back an account's first fetch reaches: what is older was answered, or was not, before we came."""


class PageConnector(TokenConnector):
    """One use of one Page's token. Subclasses say what is posted and how posts and comments are listed."""

    door: ClassVar[str]
    """Meta's name of where direct messages come in."""

    # --- out

    def _write(self, remember: Remember, handle: Mapping[str, str], call: Callable[[], Json], key: str = "id") -> str:
        """Do `call`, whose one irreversible request answers {key: id}; the id. An answer without it says nothing."""
        with self._graph.wire.write(lambda _request: remember(handle)):
            answer = call()
            remote_id = answer.get(key)
            if not remote_id or (remote_id is True) != (key == "success"):
                raise OutcomeUnknown(Reason.UNREADABLE, f"an answer without {key}")
        return str(remote_id)

    def _begun(self, item: Item) -> str:
        """When the first attempt at it began: from then on it may stand there."""
        return item.handle.get("begun") or datetime.now(UTC).isoformat()

    def _or_there_already(self, item: Item, write: Callable[[], Sent]) -> Sent:
        """Meta refuses doublets: then an earlier attempt may be what stands there."""
        begun = datetime.fromisoformat(self._begun(item))
        try:
            return write()
        except Refused as error:
            if error.reason is not Reason.DUPLICATE:
                raise
            there = self.find_own(item, begun)
            if isinstance(there, Found):
                return there.sent
            raise

    def reply(self, item: Item, remember: Remember) -> Sent:
        if item.kind is Kind.REPLY:
            return self._or_there_already(item, lambda: self._answer(item, remember))
        return self._or_there_already(item, lambda: self._say(item, remember))

    @abstractmethod
    def _answer(self, item: Item, remember: Remember) -> Sent:
        """Under a comment, or a post that mentions us."""

    def _say(self, item: Item, remember: Remember) -> Sent:
        """A direct message: into a talk that the citizen opened, or in answer to their comment."""
        recipient = {"comment_id": item.parent} if item.kind is Kind.PRIVATE_REPLY else {"id": item.thread}
        words = {"recipient": json.dumps(recipient), "message": json.dumps({"text": item.text})}
        words["messaging_type"] = "RESPONSE"
        handle = {"begun": self._begun(item)}
        try:
            send = lambda: self._graph.post(self._page, "messages", **words)  # noqa: E731
            return Sent(self._write(remember, handle, send, "message_id"))
        except LoginNeeded as error:
            raise _only_this(error) from None

    def moderate(self, item: Item) -> Sent:
        if item.kind is not Kind.HIDE:
            return super().moderate(item)
        try:
            self._hide(item.parent)
        except LoginNeeded as error:
            raise _only_this(error) from None
        return Sent(item.parent)

    @abstractmethod
    def _hide(self, comment: str) -> None: ...

    def delete_own(self, item: Item, remote_id: str) -> None:
        if item.kind in (Kind.DM, Kind.PRIVATE_REPLY):
            raise Refused(Reason.UNSUPPORTED, "a message can't be taken back")
        self._graph.delete(remote_id)

    # --- read back

    def find_own(self, item: Item, since: datetime) -> Lookup:
        earliest = int((since - CLOCKS).timestamp())
        if item.kind is Kind.DM:
            return self._talks.find_own(item.thread, item.text, earliest)
        if item.kind is Kind.PRIVATE_REPLY:
            return self._find_private(item, earliest)
        if item.kind is not Kind.REPLY:
            return self._find_post(item, earliest)
        try:
            return self._find_answer(item, earliest)
        except Refused as error:
            if error.reason is not Reason.NOT_FOUND:
                raise
            if not self._sees_comments():
                return CannotTell("what was answered is gone, or Meta does not show it to us")
            return Absent()  # what was to be answered is gone, and answers with it

    def _find_private(self, item: Item, earliest: int) -> Lookup:
        try:
            person = id_of(self._graph.get(item.parent, fields="id,from").get("from"))
        except Refused as error:
            if error.reason is not Reason.NOT_FOUND:
                raise
            return CannotTell("the comment is gone, and with it who wrote it")
        if not person:
            return CannotTell("Meta does not say who wrote the comment")
        return self._talks.find_own(person, item.text, earliest)

    @abstractmethod
    def _find_answer(self, item: Item, earliest: int) -> Lookup: ...

    @abstractmethod
    def _find_post(self, item: Item, earliest: int) -> Lookup: ...

    def _posts_since(self, earliest: int) -> tuple[list[OwnPost], bool]:
        """Own posts of `earliest` (Unix seconds) or later, and whether the list reached back that far."""
        posts: list[OwnPost] = []
        for number, page in enumerate(self.post_pages()):
            posts += [post for post in page if post.at >= earliest]
            if not page or page[-1].at < earliest:
                return posts, True
            if number == LIST_PAGES - 1:
                return posts, False
        return posts, True

    @abstractmethod
    def post_pages(self) -> Iterator[list[OwnPost]]:
        """Own posts, newest first."""

    @abstractmethod
    def comment_pages(self, post: str) -> Iterator[list[Json]]: ...

    @abstractmethod
    def comment_in(self, comment: Json, post: OwnPost) -> Incoming: ...

    @abstractmethod
    def is_own(self, comment: Json) -> bool: ...

    @abstractmethod
    def mention_pages(self) -> Iterator[list[Incoming]]:
        """Others' posts that name us, newest first."""

    # --- in

    @classmethod
    def hear(cls, news: Mapping[str, Any]) -> tuple[Heard, ...]:
        return heard(news)

    @cached_property
    def _talks(self) -> Conversations:
        return Conversations(self._graph, self._page, self.door, frozenset({self._own, self._page}))

    def fetch(self, cursor: Mapping[str, Any]) -> Iterator[Batch]:
        """Posts' comments, then mentions, then messages. The cursor: {"floor": s, "posts": {id: Mark},
        "mentions": s, "talks": s}; seconds are Unix time, and only watched posts are in it, so it doesn't grow."""
        now = int(time.time())
        at: dict[str, Any] = {"floor": now - FIRST_LOOK_S, "mentions": 0, "talks": 0, **cursor}
        posts = next(self.post_pages(), [])
        listed = frozenset(post.id for post in posts)
        # The list is in order of time, but its page's end may cut through a second; an empty one tells nothing.
        complete = datetime.fromtimestamp(posts[-1].at + 1, UTC) if posts else None
        kept = at.get("posts") or {}
        at["posts"] = {post.id: kept[post.id] for post in posts if kept.get(post.id)}
        yield Batch((), dict(at), listed, complete)
        marks = {post.id: Mark.kept(kept.get(post.id)) for post in posts}
        for post in due(posts, marks, now):
            messages, ours, mark = read_post(self, post, marks[post.id], now, int(at["floor"]))
            at = {**at, "posts": {**at["posts"], post.id: mark.json()}}
            yield Batch(tuple(messages), at, own=tuple(ours))
        for key, read in (("mentions", self._mentions), ("talks", self._talks.since)):
            since = max(int(at["floor"]), again_from(int(at[key])))
            messages, newest = _where_allowed(lambda read=read, since=since: read(since))  # type: ignore[misc]
            at = {**at, key: max(newest, int(at[key]))}
            own = (self._own, self._page)
            said = tuple(one for one in messages if one.author_id in own)
            yield Batch(tuple(one for one in messages if one.author_id not in own), at, own=said)

    def still_shown(self, remote_ids: Sequence[str]) -> Mapping[str, bool]:
        """Where none is there, Meta may only have stopped showing them to us: it has one answer (100/33) for both."""
        asked = [one for one in remote_ids if NODE.fullmatch(one)]
        told = self._graph.stand(asked) if asked else {}
        return told if any(told.values()) or (told and self._sees_comments()) else {}

    def _sees_comments(self) -> bool:
        """Whether we are shown citizens' comments at all."""
        posts = [post for post in next(self.post_pages(), []) if post.comments][:LOOKED_AT]
        try:
            pages = (next(iter(self.comment_pages(post.id)), []) for post in posts)
            return any(not self.is_own(one) for page in pages for one in page)
        except (LoginNeeded, Refused) as error:
            if isinstance(error, LoginNeeded) and error.reason is not Reason.NO_PERMISSION:
                raise
            return False

    def _mentions(self, since: int) -> tuple[list[Incoming], int]:
        """Since a second (that one included), oldest first, and the newest second seen."""
        messages: list[Incoming] = []
        for page in self.mention_pages():
            new = [message for message in page if message.written_at.timestamp() >= since]
            messages += new
            if len(new) < len(page) or not page:
                break
        newest = max((int(message.written_at.timestamp()) for message in messages), default=0)
        others = [message for message in messages if message.author_id != self._own]
        return sorted(others, key=lambda message: message.written_at), newest


def _where_allowed(read: Callable[[], tuple[list[Incoming], int]]) -> tuple[list[Incoming], int]:
    """Messages and mentions need permissions of their own, for which offices wait weeks: the rest works without.
    The account's page names what is missing."""
    try:
        return read()
    except LoginNeeded as error:
        if error.reason is not Reason.NO_PERMISSION:
            raise
        return [], 0


def _only_this(error: LoginNeeded) -> LoginNeeded | Refused:
    """A permission for messages or hiding alone is missing: the account can do the rest."""
    return Refused(error.reason, error.detail) if error.reason is Reason.NO_PERMISSION else error


def absent_or_cannot(reached: bool) -> Lookup:
    return Absent() if reached else CannotTell("the list of posts does not reach back that far")
