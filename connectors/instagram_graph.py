"""Instagram's official interface for a business account, through Meta's Graph API (facebook-sdk).

The account is reached by the token of the Facebook Page it is linked to. Secrets: see `connectors.graph.page.FIELDS`.
Instagram takes no files: it fetches each from a public address (`Media.url`). A post is a container first, which
nobody sees; its number is remembered before it is published, and says afterwards whether that happened.
"""

import time
from collections.abc import Iterator, Mapping
from datetime import timedelta
from enum import StrEnum
from typing import ClassVar

from connectors.base import (
    Absent,
    CannotTell,
    Capability,
    Found,
    Incoming,
    Item,
    Kind,
    Login,
    Lookup,
    MessageKind,
    Remember,
    Sent,
)
from connectors.errors import ConnectorError, LoginNeeded, OutcomeUnknown, Reason, Refused, Unreachable
from connectors.graph.comments import WATCHED
from connectors.graph.page import PageConnector, absent_or_cannot
from connectors.graph.reading import Json, OwnPost, data_of, id_of, only, plain, seconds, time_of
from connectors.sessions import Network

MEDIA_FIELDS = "id,caption,permalink,timestamp,media_type,comments_count"
ANSWER_FIELDS = "id,text,timestamp,from,username,parent_id,hidden"
COMMENT_FIELDS = f"{ANSWER_FIELDS},replies.limit(50){{{ANSWER_FIELDS}}}"
POLLS_S = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 30.0, 30.0, 60.0, 60.0, 60.0)
"""Pauses while Instagram fetches and works on our files: five minutes, as its guide says."""
MESSAGE_BYTES_MAX = 1000

CAPABILITY = Capability(
    kinds=frozenset(
        {Kind.PHOTO, Kind.CAROUSEL, Kind.REEL, Kind.REPLY, Kind.DM, Kind.PRIVATE_REPLY, Kind.HIDE},
    ),
    caption_max=2200,  # characters; IG User media reference
    reply_max=1000,  # Send API for Instagram: 1,000 bytes; comments take 2,200 characters: the smaller holds for both
    hashtags_max=30,  # IG User media reference; Instagram announced a cap of 5 in December 2025
    mentions_max=20,  # IG User media reference
    carousel_min=2,
    carousel_max=10,  # IG User media reference; the app itself allows 20
    # IG User media reference: JPEG alone, up to 8 MiB; the desk serves each picture as such a one.
    image_types=frozenset({"image/jpeg", "image/png", "image/webp"}),
    image_bytes_max=30_000_000,  # ours
    video_types=frozenset({"video/mp4", "video/quicktime"}),  # IG User media reference: MOV or MP4, 3 s to 15 min
    video_bytes_max=300_000_000,  # IG User media reference
    alt_text_max=1000,  # IG User media reference, `alt_text`
    can_hide=True,
    can_delete=True,
    official=True,
    lag_s=60,  # ours: no page states one
    hosts=frozenset({"instagram.com", "cdninstagram.com", "fbcdn.net"}),
    reply_window=timedelta(hours=24),  # Messenger Platform: standard messaging
)


class Status(StrEnum):
    """How far a container is."""

    IN_PROGRESS = "IN_PROGRESS"
    FINISHED = "FINISHED"
    PUBLISHED = "PUBLISHED"
    ERROR = "ERROR"
    EXPIRED = "EXPIRED"
    GONE = "GONE"
    """Ours: Instagram knows no such container (any more)."""


class InstagramGraph(PageConnector):
    """One use of one business account."""

    platform: ClassVar[str] = "instagram_graph"
    capability: ClassVar[Capability] = CAPABILITY
    door: ClassVar[str] = "INSTAGRAM"
    who_fields: ClassVar[str] = "id,name,instagram_business_account{id,username,name}"
    needed: ClassVar[tuple[str, ...]] = (
        "pages_show_list",
        "pages_read_engagement",
        "instagram_basic",
        "instagram_content_publish",
        "instagram_manage_comments",
        "instagram_manage_messages",
    )

    def __init__(self, login: Login, network: Network) -> None:
        super().__init__(login, network)
        self._addresses: dict[str, str] = {}

    def _own_account(self, me: Json) -> dict[str, str]:
        account = me.get("instagram_business_account")
        if not isinstance(account, Mapping) or not id_of(account):
            raise LoginNeeded(Reason.NO_PERMISSION, "no Instagram business account is linked to this Page")
        handle = str(account.get("username") or id_of(account))
        name = str(account.get("name") or "")
        return {"page": id_of(me), "own": id_of(account), "handle": handle, "name": name}

    # --- out

    def publish(self, item: Item, remember: Remember) -> Sent:
        _examine(item, self.capability)
        earlier = item.handle.get("container", "")
        status = self._status(earlier) if earlier else Status.GONE
        if status is Status.PUBLISHED:
            return self._published_before(item)
        reusable = status in (Status.FINISHED, Status.IN_PROGRESS)
        container = earlier if reusable else self._container(item)
        handle = {"begun": self._begun(item), "container": container}
        self._wait(container, remember, handle)
        publish = lambda: self._graph.post(self._own, "media_publish", creation_id=container)  # noqa: E731
        remote_id = self._write(remember, handle, publish)
        return Sent(remote_id, self._address(remote_id))

    def _published_before(self, item: Item) -> Sent:
        """The container of an earlier attempt is out; its post is found in the list."""
        found = self._find_in_list(item, _begun_s(item))
        if isinstance(found, Found):
            return found.sent
        raise OutcomeUnknown(Reason.UNREADABLE, "published before, but the list does not show it")

    def _container(self, item: Item) -> str:
        if item.kind is Kind.CAROUSEL:
            children = [
                self._made(image_url=medium.url, is_carousel_item="true", **_alt_text(medium.alt_text))
                for medium in item.media
            ]
            return self._made(media_type="CAROUSEL", children=",".join(children), caption=item.text)
        if item.kind is Kind.PHOTO:
            medium = item.media[0]
            return self._made(image_url=medium.url, caption=item.text, **_alt_text(medium.alt_text))
        film = next(medium for medium in item.media if medium.mime.startswith("video/"))
        cover = dict([("cover_url", medium.url) for medium in item.media if medium is not film][:1])
        return self._made(media_type="REELS", video_url=film.url, caption=item.text, share_to_feed="true", **cover)

    def _made(self, **data: str) -> str:
        container = id_of(self._graph.post(self._own, "media", **data))
        if not container:
            raise Unreachable(Reason.UNREADABLE, "a container without id")
        return container

    def _status(self, container: str) -> Status:
        try:
            answer = self._graph.get(container, fields="status_code,status")
        except Refused as error:
            if error.reason is not Reason.NOT_FOUND:
                raise
            return Status.GONE
        try:
            return Status(str(answer.get("status_code")))
        except ValueError:
            raise Unreachable(Reason.UNREADABLE, "a container without status") from None

    def _wait(self, container: str, remember: Remember, handle: Mapping[str, str]) -> None:
        """Until Instagram has worked on it. A film that takes too long is remembered, and looked at again later."""
        for pause in (*POLLS_S, 0.0):
            status = self._status(container)
            if status is Status.FINISHED:
                return
            if status is not Status.IN_PROGRESS:
                raise Refused(Reason.MEDIA_REFUSED, f"the container is {status}")
            time.sleep(pause)
        remember(handle)
        raise Unreachable(Reason.TIMEOUT, "Instagram still works on what it fetched")

    def reachable(self, url: str) -> bool:
        """Whether Instagram can fetch a picture from `url`: a container is made of it and left to expire."""
        try:
            container = self._made(image_url=url)
            return self._status(container) in (Status.FINISHED, Status.IN_PROGRESS)
        except Refused as error:
            if error.reason is not Reason.MEDIA_UNREACHABLE:
                raise
            return False

    def quota(self) -> tuple[int, int]:
        """(used, allowed) posts of the last 24 hours, as Instagram counts them."""
        answer = self._graph.edge(self._own, "content_publishing_limit", fields="config,quota_usage")
        first = next(iter(data_of(answer)), {})
        config = first.get("config") or {}
        return int(first.get("quota_usage") or 0), int(config.get("quota_total") or 0)

    def _address(self, media: str) -> str:
        """A post's public address; it can't be told from the id, and is worth one question but no failure."""
        try:
            return self._seen(media, str(self._graph.get(media, fields="permalink").get("permalink") or ""))
        except ConnectorError:
            return ""

    def _seen(self, media: str, address: str) -> str:
        self._addresses[media] = address
        return address

    def permalink(self, remote_id: str) -> str:
        """Known once the post was listed or published by this very connector; else empty."""
        return self._addresses.get(remote_id, "")

    def _answer(self, item: Item, remember: Remember) -> Sent:
        """Under a comment, under our own post, or under somebody's post that mentions us."""
        handle = {"begun": self._begun(item)}
        if not item.post:
            media, _, comment = item.parent.partition("/")
            about = {"media_id": media} | ({"comment_id": comment} if comment else {})
            mention = lambda: self._graph.post(self._own, "mentions", message=item.text, **about)  # noqa: E731
            return Sent(self._write(remember, handle, mention))
        below, edge = (item.parent, "replies") if item.parent else (item.post, "comments")
        return Sent(self._write(remember, handle, lambda: self._graph.post(below, edge, message=item.text)))

    def _say(self, item: Item, remember: Remember) -> Sent:
        if len(item.text.encode()) > MESSAGE_BYTES_MAX:
            raise Refused(Reason.TEXT_REFUSED, f"a message of more than {MESSAGE_BYTES_MAX} bytes")
        return super()._say(item, remember)

    def _hide(self, comment: str) -> None:
        self._graph.change(comment, hide="true")

    # --- read back

    def _find_post(self, item: Item, earliest: int) -> Lookup:
        """The container tells; where none is remembered, the list of posts."""
        container = item.handle.get("container", "")
        if not container:
            return self._find_in_list(item, earliest)
        status = self._status(container)
        if status not in (Status.PUBLISHED, Status.GONE):
            return Absent()
        found = self._find_in_list(item, earliest)
        if isinstance(found, Absent) and status is Status.PUBLISHED:
            return CannotTell("it is published, but the list does not show it")
        return found

    def _find_in_list(self, item: Item, earliest: int) -> Lookup:
        posts, reached = self._posts_since(earliest)
        alike = [Sent(post.id, post.permalink) for post in posts if plain(post.text) == plain(item.text)]
        return only(alike) if alike else absent_or_cannot(reached)

    def _find_answer(self, item: Item, earliest: int) -> Lookup:
        if not item.post:
            return CannotTell("comments under other people's posts can't be listed")
        if not item.parent:
            pages = self.comment_pages(item.post)
            return self._only_ours((one for page in pages for one in page if not one.get("parent_id")), item, earliest)
        # An answer to an answer hangs below the comment at the top.
        top = str(self._graph.get(item.parent, fields="id,parent_id").get("parent_id") or item.parent)
        below = self._graph.pages(top, "replies", fields=ANSWER_FIELDS, limit="50")
        return self._only_ours((one for page in below for one in page), item, earliest)

    def _only_ours(self, comments: Iterator[Json], item: Item, earliest: int) -> Lookup:
        return only(
            Sent(id_of(one))
            for one in comments
            if self.is_own(one)
            and seconds(one.get("timestamp")) >= earliest
            and plain(one.get("text")) == plain(item.text)
        )

    # --- in

    def post_pages(self) -> Iterator[list[OwnPost]]:
        for page in self._graph.pages(self._own, "media", fields=MEDIA_FIELDS, limit=str(WATCHED)):
            yield [self._own_post(media) for media in page]

    def _own_post(self, media: Json) -> OwnPost:
        return OwnPost(
            id=id_of(media),
            text=str(media.get("caption") or ""),
            at=seconds(media.get("timestamp")),
            comments=int(media.get("comments_count") or 0),
            permalink=self._seen(id_of(media), str(media.get("permalink") or "")),
        )

    def comment_pages(self, post: str) -> Iterator[list[Json]]:
        """Each comment followed by the answers below it."""
        for page in self._graph.pages(post, "comments", fields=COMMENT_FIELDS, limit="50"):
            yield [one for top in page for one in (top, *self._below(top))]

    def _below(self, top: Json) -> list[Json]:
        """The answers to a comment: those shown along with it, or all where there are more."""
        replies = top.get("replies") or {}
        whole = data_of(replies)
        if (replies.get("paging") or {}).get("next"):
            pages = self._graph.pages(id_of(top), "replies", fields=ANSWER_FIELDS, limit="50")
            whole = [one for page in pages for one in page]
        return [{"parent_id": id_of(top), **one} for one in whole]

    def comment_in(self, comment: Json, post: OwnPost) -> Incoming:
        author = comment.get("from") or {}
        return Incoming(
            kind=MessageKind.COMMENT,
            remote_id=id_of(comment),
            author_id=id_of(author),
            author_handle=str(author.get("username") or comment.get("username") or ""),
            author_name="",
            text=str(comment.get("text") or ""),
            written_at=time_of(comment.get("timestamp")),
            raw={key: value for key, value in comment.items() if key != "replies"},
            post=post.id,
            post_text=post.text,
            parent=str(comment.get("parent_id") or ""),
            permalink=post.permalink,
        )

    def is_own(self, comment: Json) -> bool:
        author = comment.get("from") or {}
        name = author.get("username") or comment.get("username")
        return id_of(author) == self._own if id_of(author) else name == self._kept["handle"]

    def mention_pages(self) -> Iterator[list[Incoming]]:
        """Pictures that others tagged us in. Comments that name us come by webhook alone."""
        fields = "id,caption,permalink,timestamp,username"
        for page in self._graph.pages(self._own, "tags", fields=fields, limit="25"):
            yield [_mention_in(media) for media in page if media.get("username") != self._kept["handle"]]


def _mention_in(media: Json) -> Incoming:
    username = str(media.get("username") or "")
    return Incoming(
        kind=MessageKind.MENTION,
        remote_id=id_of(media),
        author_id=username,
        author_handle=username,
        author_name="",
        text=str(media.get("caption") or ""),
        written_at=time_of(media.get("timestamp")),
        raw=media,
        permalink=str(media.get("permalink") or ""),
    )


def _begun_s(item: Item) -> int:
    return seconds(item.handle.get("begun")) - 60


def _alt_text(text: str) -> dict[str, str]:
    return {"alt_text": text} if text else {}


def _examine(item: Item, capability: Capability) -> None:
    """Refuse what can't become a post before anything is sent."""
    films = [medium for medium in item.media if medium.mime.startswith("video/")]
    count = len(item.media)
    fits = {
        Kind.PHOTO: count == 1 and not films,
        Kind.CAROUSEL: capability.carousel_min <= count <= capability.carousel_max and not films,
        Kind.REEL: len(films) == 1 and count <= 2,
    }
    if not fits.get(item.kind, False):
        raise Refused(Reason.UNSUPPORTED, f"{item.kind} of {count} files, {len(films)} of them films")
    if any(not medium.url for medium in item.media):
        raise Refused(Reason.MEDIA_UNREACHABLE, "the desk has no public address for its pictures")
