"""Instagram's official interface for a business account, through Meta's Graph API (facebook-sdk).

The account is reached by the token of the Facebook Page it is linked to. Secrets: see `connectors.graph.token.FIELDS`.
Instagram takes no files: it fetches each from a public address (`Media.url`). A post is a container first, which
nobody sees; its number is remembered before it is published, and says afterwards whether that happened.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import cached_property
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
from connectors.graph.containers import Containers, Status, examine
from connectors.graph.guide import INSTAGRAM
from connectors.graph.page import LOOKS_EVERY, PageConnector, absent_or_cannot
from connectors.graph.reading import Json, OwnPost, data_of, id_of, only, plain, seconds, time_of
from connectors.guide import Guide
from connectors.sessions import Network

MEDIA_FIELDS = "id,caption,permalink,timestamp,media_type,comments_count"
ANSWER_FIELDS = "id,text,timestamp,from,username,parent_id,hidden"
COMMENT_FIELDS = f"{ANSWER_FIELDS},replies.limit(50){{{ANSWER_FIELDS}}}"
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
    confirms=WATCHED,
    looks_every=LOOKS_EVERY,
    lag_s=60,  # ours: no page states one
    hosts=frozenset({"instagram.com", "cdninstagram.com", "fbcdn.net"}),
    fetches_media=True,  # "we cURL media": IG Container reference
    video_seconds=(3, 900),  # IG User media reference: 3 s to 15 min
    posts_a_day=100,  # IG User content_publishing reference; each account is told its own (`quota`)
    reply_window=timedelta(hours=24),  # Messenger Platform: standard messaging
    person_window=timedelta(days=7),  # Messenger Platform: human agent; in the app, not by this connector
    private_window=timedelta(days=7),  # Messenger Platform: private replies, once a comment
)


class InstagramGraph(PageConnector):
    """One use of one business account."""

    platform: ClassVar[str] = "instagram_graph"
    channel: ClassVar[str] = "instagram"
    capability: ClassVar[Capability] = CAPABILITY
    guide: ClassVar[Guide | None] = INSTAGRAM
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
        examine(item, self.capability)
        earlier = item.handle.get("container", "")
        status = self._containers.status(earlier) if earlier else Status.GONE
        if status is Status.PUBLISHED:
            return self._published_before(item)
        reusable = status in (Status.FINISHED, Status.IN_PROGRESS)
        container = earlier if reusable else self._containers.make(item)
        handle = {"begun": self._begun(item), "container": container}
        if not self._containers.is_ready(container):
            remember(handle)  # the next attempt looks at it again
            raise Unreachable(Reason.TIMEOUT, "Instagram still works on what it fetched")
        publish = lambda: self._graph.post(self._own, "media_publish", creation_id=container)  # noqa: E731
        remote_id = self._write(remember, handle, publish)
        return Sent(remote_id, self._address(remote_id))

    def _published_before(self, item: Item) -> Sent:
        """The container of an earlier attempt is out; its post is found in the list."""
        found = self._find_in_list(item, _begun_s(item))
        if isinstance(found, Found):
            return found.sent
        raise OutcomeUnknown(Reason.UNREADABLE, "published before, but the list does not show it")

    @cached_property
    def _containers(self) -> Containers:
        return Containers(self._graph, self._own)

    def reachable(self, url: str) -> bool:
        return self._containers.reachable(url)

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
        status = self._containers.status(container)
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
