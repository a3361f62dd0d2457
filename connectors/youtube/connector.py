"""The verbs of `Connector`, spoken to YouTube through google-api-python-client."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from connectors.base import (
    Absent,
    Allowance,
    Batch,
    Capability,
    Connector,
    Found,
    Identity,
    Item,
    Kind,
    Login,
    Lookup,
    Remember,
    Sent,
)
from connectors.errors import ConnectorError, LoginNeeded, OutcomeUnknown, Reason, Refused
from connectors.guide import Field, Guide
from connectors.sessions import Network
from connectors.youtube.guide import GUIDE
from connectors.youtube.quota import UPLOADS_A_DAY, Quota
from connectors.youtube.reading import TITLE_MAX, Json, bytes_of, thread_of, watch

if TYPE_CHECKING:
    from connectors.youtube.client import Api

log = logging.getLogger(__name__)

STATUSES = {Kind.HIDE: "heldForReview", Kind.SPAM: "rejected", Kind.APPROVE: "published"}
PERMISSIONS = {
    "youtube.force-ssl": {"youtube.force-ssl"},
    "youtube.upload": {"youtube.upload", "youtube.force-ssl", "youtube"},
}
"""What the service needs → any of these scopes grants it (the discovery document lists them by method)."""
SCOPE = "https://www.googleapis.com/auth/"
PRIVACY = ("public", "unlisted", "private")

CAPABILITY = Capability(
    kinds=frozenset({Kind.VIDEO, Kind.REPLY, Kind.HIDE, Kind.SPAM, Kind.APPROVE}),
    caption_max=5000,  # bytes; API reference, `snippet.description`
    reply_max=10_000,  # characters; YouTube's help pages
    hashtags_max=15,  # help page on hashtags: beyond it all are ignored (newer copies say 60)
    mentions_max=100,  # ours: the API names none
    carousel_min=1,
    carousel_max=1,
    image_types=frozenset({"image/jpeg", "image/png"}),  # discovery document, thumbnails.set: a picture is a cover
    image_bytes_max=2_000_000,  # API reference, thumbnails.set: 2 MB (the discovery document says 50 MB)
    video_types=frozenset({"video/mp4", "video/quicktime", "video/webm", "video/mpeg"}),  # help page on formats
    video_bytes_max=274_877_906_944,  # discovery document, videos.insert
    alt_text_max=1000,  # ours: nothing of it is sent, YouTube has no alt text
    can_hide=True,
    can_delete=True,
    official=True,
    confirms=50,
    looks_every=timedelta(hours=6),  # one unit for fifty
    lag_s=300,  # ours: the list of uploads follows after minutes; no page states one
    hosts=frozenset({"youtube.com", "ytimg.com", "ggpht.com"}),
    title_max=TITLE_MAX,  # API reference, `snippet.title`
    count=bytes_of,
    video_seconds=(1, 43_200),  # help page: 12 hours, and 15 minutes until the channel's telephone number is confirmed
    posts_a_day=UPLOADS_A_DAY,  # for the whole API project
)


class YouTube(Connector):
    """One use of one channel. Secrets: `client_id`, `client_secret` (the office's own Google project), `refresh_token`
    (the channel's consent), and `privacy` ("public" where it is empty)."""

    platform: ClassVar[str] = "youtube"
    capability: ClassVar[Capability] = CAPABILITY
    guide: ClassVar[Guide | None] = GUIDE
    counted: ClassVar[tuple[str, ...]] = ("uploads_a_day", "units_a_day")
    shares_by: ClassVar[str] = "client_id"  # quota belongs to the Google project
    fields: ClassVar[tuple[Field, ...]] = (
        Field(
            "client_id",
            ("ID klien OAuth", "OAuth client ID"),
            (
                "Di Google Cloud Console: aktifkan YouTube Data API v3, lalu Kredensial → ID klien OAuth.",
                "In Google Cloud Console: enable YouTube Data API v3, then Credentials → OAuth client ID.",
            ),
            secret=False,
        ),
        Field(
            "client_secret",
            ("Rahasia klien", "Client secret"),
            ("Ada di halaman yang sama dengan ID klien.", "It stands on the same page as the client ID."),
        ),
        Field(
            "refresh_token",
            ("Token penyegar", "Refresh token"),
            (
                "Dari OAuth 2.0 Playground dengan ID klien tadi dan izin youtube.force-ssl, masuk sebagai kanal ini. "
                "Selama proyek berstatus pengujian, token mati setelah 7 hari.",
                "From the OAuth 2.0 Playground with that client ID and the scope youtube.force-ssl, signed in as this "
                "channel. While the project is in testing, the token dies after 7 days.",
            ),
        ),
        Field(
            "privacy",
            ("Siapa yang dapat melihat", "Who can see it"),
            (
                "Kosong: semua orang (public). Tulis unlisted atau private selama proyek API belum diaudit Google: "
                "videonya tetap tersembunyi sampai dibuka lewat YouTube Studio.",
                "Empty: everybody (public). Write unlisted or private while Google has not audited the API project: "
                "its videos stay hidden until somebody opens them in YouTube Studio.",
            ),
            secret=False,
            required=False,
        ),
    )

    def __init__(self, login: Login, network: Network) -> None:
        super().__init__(login, network)
        self._opened = False
        self._quota = Quota.of(login)
        self._channel: Json = dict(login.session.get("channel") or {})

    @cached_property
    def _api(self) -> "Api":
        from connectors.youtube.client import Api

        self._opened = True
        return Api(self.login, self.network, self._quota)

    # --- who we are

    def check(self) -> Identity:
        found = self._api.ask("channels", "list", part="snippet,contentDetails", mine=True).get("items") or ()
        if not found:
            raise LoginNeeded(Reason.NO_CHANNEL, "the Google account has no channel")
        snippet = found[0].get("snippet") or {}
        playlists = (found[0].get("contentDetails") or {}).get("relatedPlaylists") or {}
        self._channel = {"id": str(found[0]["id"]), "uploads": str(playlists.get("uploads") or "")}
        handle = str(snippet.get("customUrl") or self.login.handle).removeprefix("@")
        return Identity(self._channel["id"], handle, str(snippet.get("title") or ""))

    def permissions(self) -> Mapping[str, bool]:
        api = self._api
        api.call(api.http.token.renew)
        granted = {scope.removeprefix(SCOPE) for scope in api.http.token.scopes}
        return {name: bool(any_of & granted) for name, any_of in PERMISSIONS.items()}

    def _known(self, what: str) -> str:
        """Our channel's `id`, or the playlist of its `uploads`; asked for where no session is kept."""
        if not self._channel.get(what):
            self.check()
        return str(self._channel.get(what) or "")

    def session(self) -> Mapping[str, Any]:
        """The access token for its hour, and who we are."""
        if not self._opened:
            return self.login.session
        return {**self._api.http.token.json(), "channel": dict(self._channel)}

    def allowances(self) -> tuple[Allowance, ...]:
        return self._quota.allowances(datetime.now(UTC))

    def used(self) -> Mapping[str, Mapping[str, int]]:
        return self._quota.taken

    def close(self) -> None:
        if self._opened:
            self._api.http.close()

    # --- out

    @property
    def _privacy(self) -> str:
        wanted = self.login.secrets.get("privacy", "").strip().lower() or PRIVACY[0]
        if wanted not in PRIVACY:
            raise Refused(Reason.UNSUPPORTED, f"privacy is one of {', '.join(PRIVACY)}")
        return wanted

    def publish(self, item: Item, remember: Remember) -> Sent:
        from connectors.youtube import uploads

        uploads.examine(item, self.capability)
        privacy = self._privacy
        video = self._continued(item, remember, privacy) or uploads.send(self._api, item, privacy, remember)
        if isinstance(video, Sent):
            return video
        made = sent_if_shown(video, privacy)
        if cover := uploads.cover_of(item):
            self._set_cover(made.remote_id, cover)
        return made

    def _continued(self, item: Item, remember: Remember, privacy: str) -> Json | Sent | None:
        """What became of an earlier attempt's upload, gone on with where it is unfinished; None: begin anew."""
        from connectors.youtube import lookup, uploads

        address = item.handle.get("upload_url", "")
        if not address or item.handle.get("upload_of") != uploads.fingerprint(item, privacy):
            return None
        state = uploads.progress(self._api, address)
        if state.video is not None:
            return self._as_it_stands(str(state.video["id"]))
        if not state.gone:
            return uploads.send(self._api, item, privacy, remember, address, state.offset)
        begun = datetime.fromisoformat(item.handle.get("begun") or datetime.now(UTC).isoformat())
        there = lookup.find_upload(self._api, self._known("uploads"), item, begun, privacy)
        if isinstance(there, Absent):
            return None
        if isinstance(there, Found):
            return there.sent
        raise OutcomeUnknown(Reason.DUPLICATE, there.why)

    def _as_it_stands(self, video: str) -> Json:
        """A video as it is now: a person may have opened it in the meantime."""
        found = self._api.ask("videos", "list", id=video, part="status").get("items") or ()
        if not found:
            raise Refused(Reason.NOT_FOUND, "the video was uploaded and is gone")
        status: Json = found[0]
        return status

    def _set_cover(self, video: str, cover: Any) -> None:
        """The video is out: that its cover is not stops nothing (a channel needs a confirmed phone number for one)."""
        from connectors.youtube import uploads

        try:
            uploads.set_cover(self._api, video, cover)
        except (ConnectorError, OSError) as error:
            log.warning("%s: the video %s is out without its cover: %s", self.login.handle, video, error)

    def reply(self, item: Item, remember: Remember) -> Sent:
        if item.kind is not Kind.REPLY or not item.parent:
            raise Refused(Reason.UNSUPPORTED, "YouTube takes answers to comments alone")
        thread = thread_of(item.parent)
        body = {"snippet": {"parentId": thread, "textOriginal": item.text}}
        api = self._api
        with api.wire.write(lambda _: remember({"thread": thread})):
            made = api.ask("comments", "insert", part="snippet", body=body)
            if not made.get("id"):
                raise OutcomeUnknown(Reason.UNREADABLE, "an answer without a comment")
        return Sent(str(made["id"]), watch(item.post, str(made["id"])))

    def moderate(self, item: Item) -> Sent:
        """Hold for review, reject, or let through. A comment that is rejected does not come back."""
        if item.kind not in STATUSES:
            raise Refused(Reason.UNSUPPORTED, f"YouTube has no {item.kind}")
        self._api.ask("comments", "setModerationStatus", id=item.parent, moderationStatus=STATUSES[item.kind])
        return Sent("", watch(item.post, item.parent))

    def delete_own(self, item: Item, remote_id: str) -> None:
        self._api.ask("comments" if item.kind is Kind.REPLY else "videos", "delete", id=remote_id)

    # --- in

    def fetch(self, cursor: Mapping[str, Any]) -> Iterator[Batch]:
        """Nothing, where reading has used its share of the day's units already: the next fetches go on from here."""
        from connectors.youtube.comments import Comments

        if self._quota.may_read(datetime.now(UTC)):
            comments = Comments(self._api, self._known("id"), self._known("uploads"), self._privacy)
            yield from comments.batches(cursor)

    def still_shown(self, remote_ids: Sequence[str]) -> Mapping[str, bool]:
        """One unit of the day's quota, however many."""
        if not self._quota.may_read(datetime.now(UTC)):
            return {}
        listed = self._api.ask("comments", "list", id=",".join(remote_ids), part="id").get("items") or ()
        there = {str(one.get("id")) for one in listed}
        return {one: one in there for one in remote_ids}

    def find_own(self, item: Item, since: datetime) -> Lookup:
        from connectors.youtube import lookup

        if item.kind is Kind.REPLY:
            return lookup.find_reply(self._api, self._known("id"), item, since)
        return lookup.find_video(self._api, self._known("uploads"), item, since, self._privacy)

    def permalink(self, remote_id: str) -> str:
        return watch(remote_id)


def sent_if_shown(video: Json, privacy: str) -> Sent:
    """What YouTube made of it. It keeps videos of API projects that it has not audited private, whatever was asked."""
    status = video.get("status") or {}
    if status.get("uploadStatus") in {"failed", "rejected"}:
        why = status.get("failureReason") or status.get("rejectionReason")
        raise Refused(Reason.MEDIA_REFUSED, f"YouTube {status['uploadStatus']} it: {why}")
    shown = status.get("privacyStatus", privacy)
    if shown != privacy:
        raise Refused(Reason.STAYS_PRIVATE, f"the video {video['id']} stands as {shown}, not as {privacy}")
    return Sent(str(video["id"]), watch(str(video["id"])))
