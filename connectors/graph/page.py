"""The verbs that a Page and the Instagram account behind it share: signing in, messages, comments, taking back."""

import hashlib
import json
import time
from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, ClassVar

from connectors.base import (
    Absent,
    Batch,
    CannotTell,
    Connector,
    Field,
    Found,
    Heard,
    Identity,
    Incoming,
    Item,
    Kind,
    Login,
    Lookup,
    Remember,
    Sent,
)
from connectors.errors import LoginNeeded, OutcomeUnknown, Reason, Refused
from connectors.graph.client import Graph
from connectors.graph.comments import Mark, due, read_post
from connectors.graph.conversations import Conversations, again_from
from connectors.graph.reading import Json, OwnPost, id_of
from connectors.graph.webhooks import SUBSCRIPTIONS, heard
from connectors.sessions import Network

CLOCKS = timedelta(seconds=60)
"""By how much Meta's clock may lag behind ours when an attempt is looked for."""
LIST_PAGES = 10
"""How far `find_own` turns back a list before it says that it can't tell."""
FIRST_LOOK_S = 7 * 86_400
"""How far back an account's first fetch reaches: what is older was answered, or was not, before we came."""

FIELDS = (
    Field(
        "token",
        ("Token akses Halaman", "Page access token"),
        (
            "Dari Graph API Explorer atau Business Suite, dengan semua izin di bawah. Token pengguna juga boleh bila "
            "nomor dan kunci rahasia aplikasi diisi: lalu ditukar sendiri dengan token Halaman yang awet.",
            "From the Graph API Explorer or Business Suite, with all permissions below. With the app's number and "
            "secret a user token will do, too: it is exchanged for the Page's own, which lasts.",
        ),
    ),
    Field(
        "app_id",
        ("Nomor aplikasi (App ID)", "App ID"),
        ("developers.facebook.com → Aplikasi → Pengaturan → Dasar.", "developers.facebook.com → Apps → Settings."),
        secret=False,
        required=False,
    ),
    Field(
        "app_secret",
        ("Kunci rahasia aplikasi (App Secret)", "App secret"),
        (
            "Di halaman yang sama. Menandatangani setiap panggilan, dan memeriksa tanda tangan webhook.",
            "On the same page. It signs every call, and checks the signature of webhooks.",
        ),
        required=False,
    ),
)


class PageConnector(Connector):
    """One use of one Page's token. Subclasses say what is posted and how posts and comments are listed."""

    fields: ClassVar[tuple[Field, ...]] = FIELDS
    signed_by: ClassVar[str] = "app_secret"
    needed: ClassVar[tuple[str, ...]]
    """Meta's names of the permissions that the verbs need."""
    door: ClassVar[str]
    """Meta's name of where direct messages come in."""
    who_fields: ClassVar[str]

    def __init__(self, login: Login, network: Network) -> None:
        super().__init__(login, network)
        self._kept: dict[str, Any] = dict(login.session) if login.session.get("typed") == self._typed() else {}
        self._opened: list[Graph] = []

    # --- who we are

    def _typed(self) -> str:
        """Marks a session as made from the token that stands in the form now."""
        return hashlib.sha256(self.login.secrets.get("token", "").encode()).hexdigest()[:16]

    def _open(self, token: str) -> Graph:
        graph = Graph(token, self.network, self.login.secrets.get("app_secret", ""))
        self._opened.append(graph)
        return graph

    @cached_property
    def _graph(self) -> Graph:
        """Asks by the Page's token; signs in first where none is kept."""
        if not self._kept:
            self._sign_in()
        return self._open(str(self._kept["token"]))

    def check(self) -> Identity:
        self._sign_in()
        return Identity(self._own, str(self._kept["handle"]), str(self._kept["name"]))

    def _sign_in(self) -> None:
        token = str(self._kept.get("token") or "") or self._page_token()
        told = self._own_account(self._open(token).get("me", fields=self.who_fields))
        self._kept |= {"typed": self._typed(), "token": token, **told}

    def _page_token(self) -> str:
        """The Page's token: as it was typed, or got for a person's one where the app's credentials are there."""
        typed, app_id = self.login.secrets.get("token", ""), self.login.secrets.get("app_id", "")
        if not typed:
            raise LoginNeeded(Reason.LOGIN_REFUSED, "no token was entered")
        if not (app_id and self.login.secrets.get("app_secret")):
            return typed
        theirs = self._open(typed)
        told = theirs.debug(app_id)
        if told.get("is_valid") is False:
            raise LoginNeeded(Reason.SESSION_EXPIRED, "the token is not valid any more")
        if told.get("type") not in ("USER", "SYSTEM_USER"):
            self._kept |= {"expires_at": told.get("expires_at") or 0}
            return typed
        lasting = theirs.extended(app_id) if told.get("type") == "USER" else typed
        pages = next(self._open(lasting or typed).pages("me", "accounts", fields="id,name,username,access_token"), [])
        ours = [page for page in pages if self.login.handle in (page.get("username"), id_of(page))]
        ours = ours or (pages if len(pages) == 1 else [])
        if not ours or not ours[0].get("access_token"):
            raise LoginNeeded(Reason.NO_PERMISSION, f"{len(pages)} pages, none of them @{self.login.handle}")
        return str(ours[0]["access_token"])

    @abstractmethod
    def _own_account(self, me: Json) -> dict[str, str]:
        """{"page", "own", "handle", "name"} out of what Meta tells about the token's Page."""

    @property
    def _own(self) -> str:
        """Our id as an author. Signs in where nothing is kept."""
        _ = self._graph
        return str(self._kept["own"])

    @property
    def _page(self) -> str:
        _ = self._graph
        return str(self._kept["page"])

    def permissions(self) -> Mapping[str, bool]:
        """By `debug_token`, which wants the app's credentials; without them nothing can be said."""
        app_id = self.login.secrets.get("app_id", "")
        if not (app_id and self.login.secrets.get("app_secret")):
            return {}
        granted = frozenset(self._graph.debug(app_id).get("scopes") or ())
        return {name: name in granted for name in self.needed}

    def subscribe(self) -> None:
        """Have Meta send this Page's comments and messages to the app's webhook, from now on. Again does no harm."""
        answer = self._graph.post(self._page, "subscribed_apps", subscribed_fields=SUBSCRIPTIONS[self.platform])
        if answer.get("success") is not True:
            raise Refused(Reason.REFUSED, "Meta did not subscribe the Page")

    def session(self) -> Mapping[str, Any]:
        return dict(self._kept) or self.login.session

    def close(self) -> None:
        for graph in self._opened:
            graph.close()

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
            messages, mark = read_post(self, post, marks[post.id], now, int(at["floor"]))
            at = {**at, "posts": {**at["posts"], post.id: mark.json()}}
            yield Batch(tuple(messages), at)
        for key, read in (("mentions", self._mentions), ("talks", self._talks.since)):
            since = max(int(at["floor"]), again_from(int(at[key])))
            messages, newest = _where_allowed(lambda read=read, since=since: read(since))  # type: ignore[misc]
            at = {**at, key: max(newest, int(at[key]))}
            yield Batch(tuple(messages), at)

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
