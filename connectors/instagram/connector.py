"""The verbs of `Connector`, spoken to Instagram through instagrapi."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import requests

from connectors.base import Batch, Capability, Connector, Identity, Item, Kind, Login, Lookup, Remember, Sent
from connectors.errors import ConnectorError, LoginNeeded, OutcomeUnknown, Reason, Refused, Unreachable
from connectors.guide import Field, Guide
from connectors.instagram import reading
from connectors.instagram.feed import Feed
from connectors.instagram.guide import FIELDS, GUIDE
from connectors.instagram.reading import Json
from connectors.sessions import Network

if TYPE_CHECKING:
    from connectors.instagram.client import PhoneWire

CAPABILITY = Capability(
    kinds=frozenset({Kind.PHOTO, Kind.CAROUSEL, Kind.REEL, Kind.REPLY, Kind.DM}),
    caption_max=2200,  # characters; Instagram's help pages and API reference
    reply_max=1000,  # direct messages take 1,000; comments take a caption's 2,200: the smaller holds for both
    hashtags_max=30,  # API reference; Instagram announced a cap of 5 in December 2025 (not seen enforced here)
    mentions_max=20,  # API reference
    carousel_min=2,
    carousel_max=10,  # API reference; the app itself allows 20
    image_types=frozenset({"image/jpeg", "image/png", "image/webp"}),  # all are turned into JPEG here
    image_bytes_max=30_000_000,  # ours: what leaves is a JPEG of at most 1080x1350
    video_types=frozenset({"video/mp4", "video/quicktime"}),  # vendors' pages: MOV or MP4, 3 s to 15 min
    video_bytes_max=300_000_000,  # vendors' pages
    alt_text_max=1000,  # API reference, `alt_text`
    can_hide=False,  # instagrapi 3.2.2 has no call for it
    can_delete=True,
    official=False,
    confirms=33,
    lag_s=60,  # ours: no page states one
    hosts=frozenset({"instagram.com", "cdninstagram.com", "fbcdn.net"}),
    video_seconds=(3, 900),  # vendors' pages: 3 s to 15 min
)


class Instagram(Connector):
    """One use of one account: made, used by one thread, thrown away. instagrapi is loaded at the first verb."""

    platform: ClassVar[str] = "instagram"
    capability: ClassVar[Capability] = CAPABILITY
    fields: ClassVar[tuple[Field, ...]] = FIELDS
    guide: ClassVar[Guide | None] = GUIDE

    def __init__(self, login: Login, network: Network) -> None:
        super().__init__(login, network)
        self._opened = False

    # --- who we are

    @cached_property
    def _wire(self) -> "PhoneWire":
        from connectors.instagram.client import PhoneWire

        return PhoneWire()

    @cached_property
    def _client(self) -> Any:
        from connectors.instagram.client import open_client

        self._opened = True
        return open_client(self.login, self.network, self._wire)

    def check(self) -> Identity:
        if self._client.user_id:
            try:
                return self._who()
            except LoginNeeded as error:
                if error.reason is not Reason.SESSION_EXPIRED or not self.login.secrets.get("password"):
                    raise
        self._sign_in()
        return self._who()

    def _who(self) -> Identity:
        user = self._ask("accounts/current_user/", {"edit": "true"}).get("user") or {}
        return Identity(reading.pk_of(user), str(user.get("username") or ""), str(user.get("full_name") or ""))

    def _sign_in(self) -> None:
        """With the password, once, as the same phone. A no without a reason is still a no to this sign-in."""
        secrets = self.login.secrets
        if not secrets.get("password"):
            raise LoginNeeded(Reason.SESSION_EXPIRED, "no session is kept, and no password")
        client = self._client
        try:
            self._call(
                lambda: client.login(
                    self.login.handle,
                    secrets["password"],
                    relogin=bool(client.user_id),
                    verification_code=secrets.get("code", ""),
                )
            )
        except Refused as error:
            raise LoginNeeded(Reason.LOGIN_REFUSED, error.detail) from error
        if not client.user_id:
            raise LoginNeeded(Reason.LOGIN_REFUSED, "no session was given")

    def session(self) -> Mapping[str, Any]:
        return dict(self._client.get_settings()) if self._opened else self.login.session

    def close(self) -> None:
        if self._opened:
            for session in (self._client.private, self._client.public, self._client.graphql):
                session.close()

    @cached_property
    def _own_id(self) -> str:
        """Our number; signs in first where no session is kept."""
        if not self._client.user_id:
            self._sign_in()
        return str(self._client.user_id)

    # --- asking

    def _call(self, call: Callable[[], Any]) -> Any:
        from connectors.instagram.errors import border

        with border(self._wire):
            return call()

    def _ask(self, path: str, params: Mapping[str, str]) -> Json:
        answer = self._call(lambda: self._client.private_request(path, params=dict(params)))
        if not isinstance(answer, dict) or answer.get("status") != "ok":
            raise Unreachable(Reason.UNREADABLE, "an answer that is not Instagram's")
        return answer

    @cached_property
    def _feed(self) -> Feed:
        return Feed(self._ask, self._own_id)

    # --- out

    def publish(self, item: Item, remember: Remember) -> Sent:
        from connectors.instagram import uploads

        upload = {Kind.PHOTO: uploads.photo, Kind.CAROUSEL: uploads.carousel, Kind.REEL: uploads.reel}[item.kind]
        uploads.examine(item, self.capability)
        _ = self._own_id
        remote_id = self._write(item, remember, lambda: upload(self._client, item), "media", "pk")
        return Sent(remote_id, self.permalink(remote_id))

    def reply(self, item: Item, remember: Remember) -> Sent:
        client, own_id = self._client, self._own_id
        if item.kind is Kind.DM:
            self._accept(item.thread)
            send = lambda: client.direct_send(item.text, thread_ids=[int(item.thread)])  # noqa: E731
            return Sent(self._write(item, remember, send, "payload", "item_id"))
        post = f"{item.post}_{own_id}"
        parent = int(item.parent) if item.parent else None
        answer = lambda: client.media_comment(post, item.text, replied_to_comment_id=parent)  # noqa: E731
        return Sent(self._write(item, remember, answer, "comment", "pk"), self.permalink(item.post))

    def _accept(self, thread: str) -> None:
        """A request has to be accepted before it is answered."""
        pending = (self._ask(f"direct_v2/threads/{thread}/", {"limit": "1"}).get("thread") or {}).get("pending")
        if pending:
            self._call(lambda: self._client.direct_pending_approve(int(thread)))

    def _write(self, item: Item, remember: Remember, call: Callable[[], Any], part: str, key: str) -> str:
        """Do `call`, whose one irreversible request answers `{part: {key: id}}`; the id.

        instagrapi models the answer after the fact and stumbles over a missing field: then the answer itself counts.
        """
        from connectors.instagram.client import handle_of, marked

        def before(request: requests.PreparedRequest) -> None:
            remember(handle_of(item, request))

        with marked(self._client, item.nonce), self._wire.write(before):
            try:
                self._call(call)
            except OutcomeUnknown as error:
                if error.reason is not Reason.UNREADABLE or not self._answered(part, key):
                    raise
            except ConnectorError:
                raise
            remote_id = self._answered(part, key)
            if not remote_id:
                raise OutcomeUnknown(Reason.UNREADABLE, f"an answer without {part}.{key}")
        return remote_id

    def _answered(self, part: str, key: str) -> str:
        answer = self._client.last_json
        inside = answer.get(part) if isinstance(answer, dict) and answer.get("status") != "fail" else None
        return str(inside.get(key) or "") if isinstance(inside, dict) else ""

    def delete_own(self, item: Item, remote_id: str) -> None:
        client, own_id = self._client, self._own_id
        calls: dict[Kind, Callable[[], Any]] = {
            Kind.REPLY: lambda: client.comment_bulk_delete(f"{item.post}_{own_id}", [int(remote_id)]),
            Kind.DM: lambda: client.direct_message_delete(int(item.thread), int(remote_id)),
        }
        self._call(calls.get(item.kind, lambda: client.media_delete(f"{remote_id}_{own_id}")))

    # --- in

    def fetch(self, cursor: Mapping[str, Any]) -> Iterator[Batch]:
        yield from self._feed.batches(cursor)

    def find_own(self, item: Item, since: datetime) -> Lookup:
        from connectors.instagram.lookup import find

        return find(self._feed, item, since)

    def permalink(self, remote_id: str) -> str:
        return reading.address(reading.pk_of({"pk": remote_id}))
