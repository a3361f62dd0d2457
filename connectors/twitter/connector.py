"""The verbs of `Connector`, spoken to X through tweepy."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any, ClassVar

import requests

from connectors.base import (
    POST_KINDS,
    Allowance,
    Batch,
    Capability,
    Connector,
    Identity,
    Item,
    Kind,
    Login,
    Lookup,
    Remember,
    Sent,
)
from connectors.errors import LoginNeeded, OutcomeUnknown, Reason, Refused
from connectors.guide import Field, Guide
from connectors.sessions import Network
from connectors.twitter import reading
from connectors.twitter.feed import Feed
from connectors.twitter.guide import GUIDE
from connectors.twitter.length import weighted
from connectors.twitter.reading import Json

if TYPE_CHECKING:
    from connectors.twitter.client import Door

CAPABILITY = Capability(
    kinds=frozenset(
        {Kind.TEXT, Kind.PHOTO, Kind.CAROUSEL, Kind.VIDEO, Kind.REPLY, Kind.DM, Kind.HIDE},
    ),
    caption_max=280,  # weighted; twitter-text's configuration, version 3. Accounts that pay may write more
    reply_max=280,  # the same; a direct message takes 10,000 characters: the smaller holds for both
    hashtags_max=93,  # X sets none: so many of the shortest fit a text
    mentions_max=93,  # likewise
    carousel_min=2,
    carousel_max=4,  # the API's specification, `media_ids`
    image_types=frozenset({"image/jpeg", "image/png", "image/webp"}),  # the API's specification, `media_type`
    image_bytes_max=5_000_000,  # docs.x.com, media: best practices
    video_types=frozenset({"video/mp4", "video/quicktime"}),  # the API's specification, `media_type`
    video_bytes_max=512_000_000,  # docs.x.com, media: best practices; 140 s for accounts that don't pay
    alt_text_max=1000,  # the API's specification, `AltText`
    can_hide=True,
    can_delete=True,
    official=True,
    confirms=100,  # those of a week, once a day; in between only those of the last minutes: each one read costs
    looks_every=timedelta(days=1),  # docs.x.com, pricing: a post read is charged once a day
    lag_s=30,  # ours: no page states one
    hosts=frozenset({"x.com", "twitter.com", "twimg.com"}),
    count=weighted,
    video_seconds=(0.5, 140),  # docs.x.com, media: best practices
    video_ratio=(1 / 3, 3),  # the same page
    reply_rule=(  # X's own words when it refuses: "you have not been mentioned" (`errors.py`)
        "X hanya menerima balasan lewat antarmukanya untuk kiriman yang menyebut akun ini; yang lain dijawab di "
        "aplikasinya.",
        "X takes answers by its interface only to posts that mention this account; others are answered in its app.",
    ),
)

WHERE = (
    "Di console.x.com: aplikasi Anda, bagian “Keys and tokens”.",
    "At console.x.com: your app, section “Keys and tokens”.",
)
AS_ACCOUNT = (
    "Di halaman yang sama. Izin aplikasi harus “Read and write and Direct message” sebelum token ini dibuat.",
    "On the same page. The app's permissions must be “Read and write and Direct message” before this one is made.",
)
SCOPES = (
    "tweet.read",
    "tweet.write",
    "users.read",
    "dm.read",
    "dm.write",
    "media.write",
    "tweet.moderate.write",
    "offline.access",
)
RIGHTS = {"Read": "read", "Write": "write", "Direct message": "directmessages"}


WRITES = {"posts": POST_KINDS | {Kind.REPLY}, "messages": frozenset({Kind.DM})}


class X(Connector):
    """One use of one account: made, used by one thread, thrown away. tweepy is loaded at the first verb.

    `Login.secrets`, either of: `consumer_key`, `consumer_secret`, `access_token`, `access_token_secret` (OAuth 1.0a:
    what a person is asked for; they last until taken back), or `client_id`, `refresh_token` and, for an app that has
    one, `client_secret` (OAuth 2.0; scopes tweet.read tweet.write users.read dm.read dm.write media.write
    tweet.moderate.write offline.access). `Login.session`: {"own_id", "keys" (whose it is), "tokens" (of OAuth 2.0)}.
    """

    platform: ClassVar[str] = "x"
    capability: ClassVar[Capability] = CAPABILITY
    guide: ClassVar[Guide | None] = GUIDE
    fields: ClassVar[tuple[Field, ...]] = (
        Field("consumer_key", ("API Key", "API Key"), WHERE),
        Field("consumer_secret", ("API Key Secret", "API Key Secret"), WHERE),
        Field("access_token", ("Access Token", "Access Token"), AS_ACCOUNT),
        Field("access_token_secret", ("Access Token Secret", "Access Token Secret"), AS_ACCOUNT),
    )

    def __init__(self, login: Login, network: Network) -> None:
        super().__init__(login, network)
        self._kept: dict[str, str] = {}

    @cached_property
    def _door(self) -> "Door":
        from connectors.twitter.client import Door

        return Door(self.login, self.network)

    @property
    def _handle(self) -> str:
        return self.login.handle.lstrip("@")

    # --- who we are

    def check(self) -> Identity:
        """Keys of another account are no keys of this one: its posts would stand there."""
        who = self._who()
        if who.handle.casefold() != self._handle.casefold():
            raise LoginNeeded(Reason.WRONG_ACCOUNT, f"the keys belong to @{who.handle}")
        self._kept = {"own_id": who.remote_id, "keys": self._keys}
        return who

    def permissions(self) -> Mapping[str, bool]:
        """As X names them where an app is set up; of OAuth 2.0, the scopes."""
        self._who()
        if not self._door.user_auth:
            granted = self._door.tokens.get("scope")
            return {scope: scope in granted for scope in SCOPES} if granted else {}
        rights = self._door.wire.headers.get("x-access-level", "").split("-")
        return {name: right in rights for name, right in RIGHTS.items()} if rights != [""] else {}

    def _who(self) -> Identity:
        door = self._door
        asked = {"user_fields": "name,username", "user_auth": door.user_auth}
        user = door.call(lambda client: client.get_me(**asked)).get("data") or {}
        return Identity(str(user.get("id") or ""), str(user.get("username") or ""), str(user.get("name") or ""))

    @property
    def _keys(self) -> str:
        """By what these keys are known again, without being kept."""
        entered = self.login.secrets.get("refresh_token") or self.login.secrets.get("access_token", "")
        return sha256(entered.encode()).hexdigest()[:16]

    @cached_property
    def _own_id(self) -> str:
        """Our number: the kept one while the keys are the same, else asked for, and the keys' owner with it."""
        kept = self.login.session
        return str(kept["own_id"]) if kept.get("keys") == self._keys else self.check().remote_id

    def session(self) -> Mapping[str, Any]:
        tokens = {"tokens": self._door.tokens} if "_door" in self.__dict__ and self._door.tokens else {}
        return {**self.login.session, **self._kept, **tokens}

    def allowances(self) -> tuple[Allowance, ...]:
        """What X said with its answers to posts (answers among them) and to direct messages."""
        if "_door" not in self.__dict__:
            return ()
        told = self._door.wire.left_of
        return tuple(one for what, kinds in WRITES.items() for one in reading.left_in(told.get(what, {}), what, kinds))

    def close(self) -> None:
        if "_door" in self.__dict__:
            self._door.close()

    # --- out

    def publish(self, item: Item, remember: Remember) -> Sent:
        from connectors.twitter import media

        media.examine(item, self.capability)
        _ = self._own_id
        files = media.upload(self._door, item)
        handle = {"media": " ".join(file.key for file in files)} if files else {}
        ids = [file.id for file in files] or None
        return self._tweet(item, remember, handle, media_ids=ids)

    def reply(self, item: Item, remember: Remember) -> Sent:
        from connectors.twitter import media

        media.examine(item, self.capability)
        _ = self._own_id
        if item.kind is Kind.DM:
            return self._message(item, remember)
        return self._tweet(item, remember, {}, in_reply_to_tweet_id=item.parent or item.post)

    def _tweet(self, item: Item, remember: Remember, handle: Mapping[str, str], **more: Any) -> Sent:
        """Since 2026-02-24 an app may answer only who mentioned or quoted us: X's no means "by hand"."""
        user_auth = self._door.user_auth
        refused = {403: (Refused, Reason.REPLY_BY_HAND)} if item.kind is Kind.REPLY else {}
        remote_id = self._write(
            item,
            remember,
            handle,
            lambda client: client.create_tweet(text=item.text or None, user_auth=user_auth, **more),
            "id",
            refused,
        )
        return Sent(remote_id, self.permalink(remote_id))

    def _message(self, item: Item, remember: Remember) -> Sent:
        person = reading.other_in(item.thread, self._own_id)
        where = {"participant_id": person} if person else {"dm_conversation_id": item.thread}
        user_auth = self._door.user_auth
        send = lambda client: client.create_direct_message(text=item.text, user_auth=user_auth, **where)  # noqa: E731
        refused = {403: (Refused, Reason.MESSAGES_CLOSED)}
        return Sent(self._write(item, remember, {}, send, "dm_event_id", refused))

    def _write(
        self,
        item: Item,
        remember: Remember,
        handle: Mapping[str, str],
        call: Callable[[Any], Any],
        key: str,
        refusals: Mapping[int, Any],
    ) -> str:
        """Do `call`, whose one irreversible request answers `{"data": {key: id}}`; the id.

        The handle keeps when the first attempt began: a later one may find that one's post.
        """
        begun = item.handle.get("begun") or datetime.now(UTC).isoformat()

        def before(request: requests.PreparedRequest) -> None:
            remember({"begun": begun, **handle})

        with self._door.wire.write(before):
            data = self._door.call(call, refusals).get("data")
            remote_id = str(data.get(key) or "") if isinstance(data, Mapping) else ""
            if not remote_id:
                raise OutcomeUnknown(Reason.UNREADABLE, f"an answer without data.{key}")
        return remote_id

    def moderate(self, item: Item) -> Sent:
        """Hide an answer under a post of ours: X shows it behind a click."""
        if item.kind is not Kind.HIDE:
            return super().moderate(item)
        door = self._door
        done = door.call(lambda client: client.hide_reply(item.parent, user_auth=door.user_auth)).get("data") or {}
        if done.get("hidden") is not True:
            raise Refused(Reason.REFUSED, "X did not hide it")
        return Sent(item.parent, self.permalink(item.parent))

    def delete_own(self, item: Item, remote_id: str) -> None:
        door = self._door
        if item.kind is Kind.DM:
            door.send("DELETE", f"/2/dm_events/{remote_id}")
        else:
            door.call(lambda client: client.delete_tweet(remote_id, user_auth=door.user_auth))

    # --- in

    @cached_property
    def _feed(self) -> Feed:
        return Feed(self._ask, self._own_id, self._handle, lambda: self._door.pace)

    def _ask(self, name: str, params: Mapping[str, Any]) -> Json:
        door, own_id = self._door, self._own_id
        asked = {**params, "user_auth": door.user_auth}
        if name == "posts":
            return door.call(lambda client: client.get_users_tweets(own_id, **asked))
        if name == "mentions":
            return door.call(lambda client: client.get_users_mentions(own_id, **asked))
        if name == "answers":
            return door.call(lambda client: client.search_recent_tweets(**asked))
        if name == "messages":
            return door.call(lambda client: client.get_direct_message_events(**asked))
        person = reading.other_in(name, own_id)
        where = {"participant_id": person} if person else {"dm_conversation_id": name}
        return door.call(lambda client: client.get_direct_message_events(**where, **asked))

    def fetch(self, cursor: Mapping[str, Any]) -> Iterator[Batch]:
        yield from self._feed.batches(cursor)

    def still_shown(self, remote_ids: Sequence[str]) -> Mapping[str, bool]:
        """Fifty posts in one question. Each that stands costs as one that is read, at most once a day."""
        asked = [one for one in remote_ids if one.isdecimal()]
        door = self._door
        if not asked:
            return {}
        return reading.standing(door.call(lambda client: client.get_tweets(asked, user_auth=door.user_auth)))

    def find_own(self, item: Item, since: datetime) -> Lookup:
        from connectors.twitter.lookup import find

        return find(self._feed, item, since, item.thread if item.kind is Kind.DM else "posts")

    def permalink(self, remote_id: str) -> str:
        return reading.address(remote_id, self._handle)
