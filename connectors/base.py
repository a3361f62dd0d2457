"""What crosses the border between the service and a platform: one verb set, frozen data, declared capabilities.

Pure: no Django, no Celery, no platform library. A connector is made for one use of one account by one thread
(sessions and tokens rotate, and no client library here is thread-safe) and thrown away after it.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

from connectors.answers import reading
from connectors.errors import Reason, Refused, Unreachable
from connectors.guide import Field, Guide
from connectors.sessions import Network
from connectors.storable import NAME_MAX, link, storable, storable_id, storable_json


class Kind(StrEnum):
    """What is written to a platform: a post of some shape, an answer, or a decision about a citizen's comment."""

    TEXT = "text"
    PHOTO = "photo"
    CAROUSEL = "carousel"
    """Several pictures in one post."""
    REEL = "reel"
    """A short upright film."""
    VIDEO = "video"
    REPLY = "reply"
    DM = "dm"
    PRIVATE_REPLY = "private_reply"
    """A direct message in answer to a public comment."""
    HIDE = "hide"
    APPROVE = "approve"
    SPAM = "spam"
    DELETE = "delete"
    """Take back an answer of our own (`parent` is its remote id)."""

    @property
    def is_post(self) -> bool:
        return self in POST_KINDS

    @property
    def is_moderation(self) -> bool:
        """Doing it twice is doing it once: nothing has to be read back."""
        return self in MODERATION_KINDS


POST_KINDS = frozenset({Kind.TEXT, Kind.PHOTO, Kind.CAROUSEL, Kind.REEL, Kind.VIDEO})
MODERATION_KINDS = frozenset({Kind.HIDE, Kind.APPROVE, Kind.SPAM, Kind.DELETE})


class MessageKind(StrEnum):
    """Where a citizen's message came in."""

    COMMENT = "comment"
    MENTION = "mention"
    DM = "dm"
    FORM = "form"
    BY_HAND = "by_hand"


@dataclass(frozen=True, slots=True)
class Capability:
    """What a connector can do and within which limits; what is missing is done by hand, with the link.

    Lengths count as the platform counts; sizes in bytes; `lag_s` is how long (seconds) a thing just written may
    be missing from the platform's own lists, and so how long absence proves nothing.
    """

    kinds: frozenset[Kind]
    caption_max: int
    reply_max: int
    hashtags_max: int
    mentions_max: int
    carousel_min: int
    carousel_max: int
    image_types: frozenset[str]
    image_bytes_max: int
    video_types: frozenset[str]
    video_bytes_max: int
    alt_text_max: int
    can_hide: bool
    can_delete: bool
    official: bool
    lag_s: int
    hosts: frozenset[str]
    """Hosts that a browser needs to show a public page of this platform (suffixes: `cdn.example` covers below)."""
    title_max: int = 0
    """0: posts have no title."""
    count: Callable[[str], int] = len
    """How the platform counts a caption's length."""
    reply_window: timedelta | None = None
    """How long after a citizen's direct message we may still write; None: for ever."""
    person_window: timedelta | None = None
    """How long after it a person may still do so in the platform's own app; None: no other limit is known."""
    private_window: timedelta | None = None
    """How long after a public comment it may be answered by a direct message; None: no limit that is known."""
    reply_rule: tuple[str, str] = ("", "")
    """Whose posts the interface lets us answer at all (Indonesian, English); empty: everybody's."""
    video_seconds: tuple[float, float] | None = None
    """How short and how long a film may be; None: no limit that is known."""
    video_ratio: tuple[float, float] | None = None
    """How narrow and how wide (width / height) a film may be."""
    image_ratio: tuple[float, float] | None = None
    """The same of a picture; None, too, where the connector makes it fit by itself."""
    fetches_media: bool = False
    """It takes no files: it fetches each picture from an address that anybody can reach."""
    posts_a_day: int | None = None
    """How many posts an account may publish within 24 hours; None: no number that is known. An account may have
    another one of its own (`Account.quotas`)."""
    looks_every: timedelta | None = None
    """How often it is asked which comments still stand (`still_shown`), by what that costs. None: it can't tell."""
    confirms: int = 0
    """So many of an account's newest posts a poll lists (`Batch.posts_complete_since`): one that ought to be among them
    and is not has vanished. 0: no list tells."""

    def kind_for(self, pictures: int, films: int) -> Kind | None:
        """The shape of a post with so many pictures and films here; None where the platform has none for it.

        A film may bring one picture along: its cover.
        """
        if films:
            fits = [kind for kind in (Kind.REEL, Kind.VIDEO) if kind in self.kinds]
            return fits[0] if fits and films == 1 and pictures <= 1 else None
        if pictures > 1:
            several = Kind.CAROUSEL in self.kinds and self.carousel_min <= pictures <= self.carousel_max
            return Kind.CAROUSEL if several else None
        alone = Kind.PHOTO if pictures else Kind.TEXT
        return alone if alone in self.kinds else None


@dataclass(frozen=True, slots=True)
class Media:
    """One picture or film on this machine's disk."""

    path: Path
    mime: str
    alt_text: str = ""
    url: str = ""
    """Where the same file can be fetched from outside; empty where the desk has no public address."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a list: `key` comes back when it is chosen."""

    key: str
    title: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One write. `nonce` stays the same over every attempt at it: where a platform takes a client's own
    token, it is derived from it, so that a doubled write can be recognised. `handle` is what an earlier
    attempt had `remember`ed (empty at the first).

    `post` (remote id), `parent` (the comment answered, or decided about) and `thread` (of a DM) say where an answer
    goes. `title` is empty where the platform has none.
    """

    kind: Kind
    text: str
    nonce: UUID
    media: tuple[Media, ...] = ()
    post: str = ""
    parent: str = ""
    thread: str = ""
    title: str = ""
    buttons: tuple[str, ...] = ()
    """Answers that can be tapped, under a direct message."""
    choices: tuple[Choice, ...] = ()
    """Or a list to choose one from."""
    heard_at: datetime | None = None
    """When the person in `thread` last wrote to us: within `Capability.reply_window` of it we may write freely."""
    handle: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sent:
    """The platform has it. `permalink` is empty where there is no public page (a DM)."""

    remote_id: str
    permalink: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "permalink", link(self.permalink))


@dataclass(frozen=True, slots=True)
class Found:
    """Read-back found the item: it was sent."""

    sent: Sent


@dataclass(frozen=True, slots=True)
class Absent:
    """A complete listing since the attempt does not hold the item."""


@dataclass(frozen=True, slots=True)
class CannotTell:
    """Two equal candidates, or a listing that does not reach back far enough: a person looks."""

    why: str


Lookup = Found | Absent | CannotTell


OF_STRANGERS = ("author_handle", "author_name", "text", "post_text")
IDS = {"remote_id": 255, "author_id": 100, "post": 100, "parent": 255, "thread": 255}
"""How long each may be."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A citizen's message as a platform shows it; `raw` is the platform's own JSON, kept as evidence.

    `post` is the remote id of the post it stands under (empty for a DM), `parent` the comment it answers,
    `thread` the DM thread. `written_at` is UTC.
    """

    kind: MessageKind
    remote_id: str
    author_id: str
    author_handle: str
    author_name: str
    text: str
    written_at: datetime
    raw: Mapping[str, Any]
    post: str = ""
    post_text: str = ""
    parent: str = ""
    thread: str = ""
    permalink: str = ""
    held: bool = False
    """The platform holds it back: nobody sees it until somebody lets it through (`Kind.APPROVE`)."""

    def __post_init__(self) -> None:
        made = {name: storable(getattr(self, name)) for name in OF_STRANGERS}
        made |= {"author_handle": made["author_handle"][:NAME_MAX], "author_name": made["author_name"][:NAME_MAX]}
        made |= {name: storable_id(getattr(self, name), most) for name, most in IDS.items()}
        for name, text in {**made, "permalink": link(self.permalink)}.items():
            object.__setattr__(self, name, text)
        object.__setattr__(self, "raw", storable_json(dict(self.raw)))


@dataclass(frozen=True, slots=True)
class Batch:
    """Some messages and the cursor to keep once they are stored: a crash in between repeats, never skips.

    `posts_seen` are remote ids of own posts that the platform listed (they confirm what we think was sent).
    `posts_complete_since`: no own post of that time (UTC) or later was left out of `posts_seen`, so one that is not
    among them is gone. None: a page of a longer list, or an order that isn't known; absence says nothing.
    """

    messages: tuple[Incoming, ...]
    cursor: Mapping[str, Any]
    posts_seen: frozenset[str] = frozenset()
    posts_complete_since: datetime | None = None
    own: tuple[Incoming, ...] = ()
    """What our side said to citizens there: echoes of the desk's own answers, and what colleagues wrote in the
    platform's own app. Repeats included; `parent` (or `thread` of a DM) says to what."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a message of ours, told later. `token` is what `publish` or `reply` gave along with it (the
    item's nonce, as text), `people` are the platform's ids of who got it."""

    remote_id: str
    token: str
    at: datetime
    people: frozenset[str] = frozenset()
    failure: Reason | None = None
    """None: it arrived."""


@dataclass(frozen=True, slots=True)
class Heard:
    """News that a platform brought by itself. `owner` is the remote id of the account that it is for."""

    owner: str
    messages: tuple[Incoming, ...] = ()
    receipts: tuple[Receipt, ...] = ()


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the platform says we are."""

    remote_id: str
    handle: str
    name: str

    def __post_init__(self) -> None:
        if not self.remote_id:
            raise Unreachable(Reason.UNREADABLE, "an answer that names nobody")
        object.__setattr__(self, "name", storable(self.name)[:NAME_MAX])


@dataclass(frozen=True, slots=True)
class Allowance:
    """How much of something a platform allows within a time, and how much of it is used: told by the platform, or
    counted for it where it tells nothing. `until` is when (UTC) there is more again."""

    name: str
    used: int
    total: int
    until: datetime
    kinds: frozenset[Kind] = frozenset()
    """The writes that take of it; empty: everything does, reading too."""
    cost: int = 1
    """What the dearest of them takes."""
    told: bool = True

    def spent(self, at: datetime) -> bool:
        """Another write would surely be refused."""
        return at < self.until and self.used + self.cost > self.total

    def covers(self, kind: Kind) -> bool:
        return not self.kinds or kind in self.kinds


@dataclass(frozen=True, slots=True)
class Login:
    """An account's secrets, decrypted, for the length of one use.

    `secrets`: what a person typed (`password`, `code` …). `session`: what the library handed back last time.
    `quotas`: what the account may do within a time, by settings or by its page (`posts_a_day`, `units_a_day` …).
    `shared`: what all that share its allowances (`Connector.shares_by`) have used so far: period → name → how much.
    """

    handle: str
    secrets: Mapping[str, str]
    session: Mapping[str, Any]
    quotas: Mapping[str, int] = field(default_factory=dict)
    shared: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Login({self.handle!r}, …)"


Remember = Callable[[Mapping[str, str]], None]
"""Commits a handle (a container id, an upload address, a chosen token) and asks once more whether this attempt
may still write. Call it right before the irreversible request; it raises where the attempt was taken over, and
whatever it raises must pass through the connector untouched."""


READS = frozenset({"check", "permissions", "quota", "reachable", "fetch", "still_shown", "find_own", "medium"})
"""Verbs that change nothing: an answer that they stumble over is Unreachable, whichever connector it is."""


class Connector(ABC):
    """One platform's verbs. Every verb raises only `connectors.errors` (and what `remember` raises)."""

    platform: ClassVar[str]
    capability: ClassVar[Capability]
    fields: ClassVar[tuple[Field, ...]] = ()
    """What a person is asked for when an account is connected, in this order."""
    guide: ClassVar[Guide | None] = None
    """None: there is no way to connect it in the console."""
    counted: ClassVar[tuple[str, ...]] = ("posts_a_day", "posts_a_month")
    """Which quotas a person may set for an account of it (`Login.quotas`)."""
    shares_by: ClassVar[str] = ""
    """The secret (a key of `Login.secrets`) of which accounts that have the same share what the platform allows."""
    own_ids: ClassVar[bool] = True
    """Whether an account's remote id is its own in the whole platform (`Identity.remote_id`)."""
    channel: ClassVar[str] = ""
    """The platform whose pages these are, where another connector speaks to the same ones; empty: its own. The two know
    a page by other numbers; its user name is the same."""
    signed_by: ClassVar[str] = ""
    """The secret (a key of `Login.secrets`) with which the platform signs its webhooks, by HMAC-SHA256 over the raw
    body in `X-Hub-Signature-256`; empty: it has none."""

    def __init_subclass__(cls) -> None:
        for name in READS & cls.__dict__.keys():
            setattr(cls, name, reading(cls.__dict__[name]))

    def __init__(self, login: Login, network: Network) -> None:
        self.login = login
        self.network = network

    @abstractmethod
    def check(self) -> Identity:
        """Sign in (with the kept session where there is one) and say who we are. LoginNeeded: a person must help."""

    def permissions(self) -> Mapping[str, bool]:
        """Each permission that the service needs, by the platform's own name, asked live: granted or missing."""
        return {}

    def quota(self) -> tuple[int, int] | None:
        """Posts published within 24 hours and how many may be, where the platform tells it."""
        return None

    def allowances(self) -> tuple[Allowance, ...]:
        """What this use has learnt of how much is left: read from answers, or counted. Asks nothing."""
        return ()

    def used(self) -> Mapping[str, Mapping[str, int]]:
        """What this use took of what is shared (`Login.shared`)."""
        return {}

    def reachable(self, address: str) -> bool | None:
        """Whether the platform itself can fetch a picture from there; None: it need not, it takes the file."""
        return None

    @classmethod
    def capability_for(cls, handle: str) -> Capability:
        """What this one account can do, where that differs between accounts (a website's pages stand on its host)."""
        return cls.capability

    @abstractmethod
    def publish(self, item: Item, remember: Remember) -> Sent:
        """Put a post out, once. No retry inside: one call, one irreversible request at most."""

    @abstractmethod
    def reply(self, item: Item, remember: Remember) -> Sent:
        """Answer a comment (REPLY: `post`, `parent`; PRIVATE_REPLY) or write in a thread (DM: `thread`), once."""

    def moderate(self, item: Item) -> Sent:
        """Hide, approve or mark as spam the comment `item.parent`. Doing it again does no harm."""
        raise Refused(Reason.UNSUPPORTED, f"{self.platform} has no {item.kind}")

    @abstractmethod
    def fetch(self, cursor: Mapping[str, Any]) -> Iterator[Batch]:
        """Citizens' messages since `cursor` (empty: the platform's recent ones), never our own among them, oldest batch
        first."""

    def still_shown(self, remote_ids: Sequence[str]) -> Mapping[str, bool]:
        """Whether the platform still shows each of these comments under our posts (fifty at most); those are left out
        of which it does not say."""
        return {}

    @classmethod
    def hear(cls, news: Mapping[str, Any]) -> tuple[Heard, ...]:
        """What a webhook's body (its signature checked, its JSON read) says. Total: what it can't read it leaves
        out, and it raises nothing for odd content. The same message has the same `remote_id` as `fetch` gives it."""
        return ()

    @abstractmethod
    def find_own(self, item: Item, since: datetime) -> Lookup:
        """Read back whether `item`, attempted at `since` (UTC) or later, stands on the platform."""

    def medium(self, media_id: str, most: int) -> tuple[bytes, str]:
        """What came along with a message (`Incoming.raw` names it), at most so many bytes, and its MIME type."""
        raise Refused(Reason.UNSUPPORTED, f"{self.platform} brings no files")

    @abstractmethod
    def permalink(self, remote_id: str) -> str:
        """The public address of a post, from its remote id; empty where it cannot be told offline."""

    @abstractmethod
    def delete_own(self, item: Item, remote_id: str) -> None:
        """Take back what we wrote."""

    @abstractmethod
    def session(self) -> Mapping[str, Any]:
        """What to keep (encrypted) for the next use; stable device and tokens included."""

    def close(self) -> None:  # noqa: B027  most connectors have nothing to let go
        """Let go of open connections. The connector is not used afterwards."""
