"""A Facebook Page, through Meta's Graph API (facebook-sdk). Secrets: see `connectors.graph.token.FIELDS`.

Photos go up unpublished first, films in pieces: what counts in the end is one small request, which gets through on a
village's line or doesn't, and a lost one is seldom.
"""

import json
import re
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

from connectors.base import Capability, Incoming, Item, Kind, Lookup, Media, MessageKind, Remember, Sent
from connectors.errors import ConnectorError, OutcomeUnknown, Reason, Refused, Unreachable
from connectors.graph.comments import WATCHED
from connectors.graph.guide import FACEBOOK
from connectors.graph.page import LOOKS_EVERY, PageConnector, absent_or_cannot
from connectors.graph.reading import Json, OwnPost, data_of, id_of, only, plain, seconds, time_of
from connectors.guide import Guide

LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")
POST_FIELDS = (
    "id,message,created_time,permalink_url,comments.filter(stream).limit(0).summary(true),"
    "attachments{target,subattachments{target}}"
)
COMMENT_FIELDS = "id,from,message,created_time,parent,permalink_url,attachment,is_hidden"
SETTLE_S = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Pauses while a new film gets its post."""

CAPABILITY = Capability(
    kinds=frozenset(
        {
            Kind.TEXT,
            Kind.PHOTO,
            Kind.CAROUSEL,
            Kind.VIDEO,
            Kind.REPLY,
            Kind.DM,
            Kind.PRIVATE_REPLY,
            Kind.HIDE,
        }
    ),
    caption_max=63_206,  # characters; vendors' pages
    reply_max=2000,  # Send API; comments take 8,000: the smaller holds for both
    hashtags_max=30,  # ours: Facebook names none
    mentions_max=50,  # ours: names in a text are no mentions here
    carousel_min=2,
    carousel_max=10,  # vendors' pages
    image_types=frozenset({"image/jpeg", "image/png"}),  # Page photos reference: JPEG, BMP, PNG, GIF, TIFF
    image_bytes_max=4_000_000,  # Page photos reference: "under 4 MB"
    video_types=frozenset({"video/mp4", "video/quicktime"}),  # Page videos reference: MP4 and MOV recommended
    video_bytes_max=1_000_000_000,  # Page videos reference: 1 GB
    alt_text_max=1000,  # ours: `alt_text_custom` has no published limit
    can_hide=True,
    can_delete=True,
    official=True,
    confirms=WATCHED,
    looks_every=LOOKS_EVERY,
    lag_s=60,  # ours: no page states one
    hosts=frozenset({"facebook.com", "fbcdn.net", "fbsbx.com"}),
    reply_window=timedelta(hours=24),  # Messenger Platform: standard messaging
    person_window=timedelta(days=7),  # Messenger Platform: human agent; in the app, not by this connector
    private_window=timedelta(days=7),  # Messenger Platform: private replies, once a comment
)


class Facebook(PageConnector):
    """One use of one Page."""

    platform: ClassVar[str] = "facebook"
    capability: ClassVar[Capability] = CAPABILITY
    guide: ClassVar[Guide | None] = FACEBOOK
    door: ClassVar[str] = "MESSENGER"
    who_fields: ClassVar[str] = "id,name,username"
    needed: ClassVar[tuple[str, ...]] = (
        "pages_show_list",
        "pages_read_engagement",
        "pages_read_user_content",
        "pages_manage_posts",
        "pages_manage_engagement",
        "pages_messaging",
    )

    def _own_account(self, me: Json) -> dict[str, str]:
        page = id_of(me)
        name = str(me.get("name") or "")
        return {"page": page, "own": page, "handle": str(me.get("username") or page), "name": name}

    # --- out

    def publish(self, item: Item, remember: Remember) -> Sent:
        _examine(item, self.capability)
        write = self._publish_film if item.kind is Kind.VIDEO else self._publish_feed
        return self._or_there_already(item, lambda: write(item, remember))

    def _publish_feed(self, item: Item, remember: Remember) -> Sent:
        """Words, a link in them, and pictures that went up before."""
        photos = [self._upload(medium) for medium in item.media]
        data = {"message": item.text} if item.text else {}
        link = None if photos else LINK.search(item.text)
        if link:
            data["link"] = link.group()
        if photos:
            data["attached_media"] = json.dumps([{"media_fbid": photo} for photo in photos])
        handle = {"begun": self._begun(item), "photos": ",".join(photos)}
        remote_id = self._write(remember, handle, lambda: self._graph.post(self._page, "feed", **data))
        return self._sent(remote_id)

    def _upload(self, medium: Media) -> str:
        """A photo that nobody sees yet; its number."""
        described = {"alt_text_custom": medium.alt_text} if medium.alt_text else {}
        file = (medium.path.name, medium.path.read_bytes(), medium.mime)
        answer = self._graph.send_file(self._page, "photos", "source", file, published="false", **described)
        if not id_of(answer):
            raise Unreachable(Reason.UNREADABLE, "a photo without id")
        return id_of(answer)

    def _publish_film(self, item: Item, remember: Remember) -> Sent:
        path = next(medium.path for medium in item.media if medium.mime.startswith("video/"))
        video, upload = self._upload_film(path)
        words = {"description": item.text} | ({"title": item.title} if item.title else {})
        finish = {"upload_phase": "finish", "upload_session_id": upload, **words}
        handle = {"begun": self._begun(item), "video": video}
        self._write(remember, handle, lambda: self._graph.post(self._page, "videos", **finish), "success")
        for pause in (*SETTLE_S, 0):
            try:
                post = self._post_of(video)
            except ConnectorError as error:
                raise OutcomeUnknown(error.reason, error.detail) from None
            if post:
                return self._sent(post)
            time.sleep(pause)
        raise OutcomeUnknown(Reason.TIMEOUT, "the film is there, its post not yet")

    def _upload_film(self, path: Path) -> tuple[str, str]:
        """(video, upload session): the film in pieces, which nobody sees before the last request."""
        size = path.stat().st_size
        begun = self._graph.post(self._page, "videos", upload_phase="start", file_size=str(size))
        upload, offsets = str(begun.get("upload_session_id") or ""), begun
        if not upload or not begun.get("video_id"):
            raise Unreachable(Reason.UNREADABLE, "an upload without its number")
        with path.open("rb") as film:
            while (start := int(offsets.get("start_offset") or 0)) < min(size, int(offsets.get("end_offset") or size)):
                film.seek(start)
                piece = (path.name, film.read(int(offsets.get("end_offset") or size) - start), "video/mp4")
                where = {"upload_phase": "transfer", "upload_session_id": upload, "start_offset": str(start)}
                offsets = self._graph.send_file(self._page, "videos", "video_file_chunk", piece, **where)
                if int(offsets.get("start_offset") or 0) <= start:
                    raise Unreachable(Reason.UNREADABLE, "the upload does not go on")
        return str(begun["video_id"]), upload

    def _post_of(self, video: str) -> str:
        """The post that shows a film; empty where there is none yet."""
        post = str(self._graph.get(video, fields="id,post_id,status,published").get("post_id") or "")
        return post if "_" in post or not post else f"{self._page}_{post}"

    def _sent(self, remote_id: str) -> Sent:
        return Sent(remote_id, self.permalink(remote_id))

    def _answer(self, item: Item, remember: Remember) -> Sent:
        above = item.parent or item.post
        handle = {"begun": self._begun(item)}
        remote_id = self._write(remember, handle, lambda: self._graph.post(above, "comments", message=item.text))
        return Sent(remote_id, self._comment_link(item.post, remote_id))

    def _hide(self, comment: str) -> None:
        self._graph.change(comment, is_hidden="true")

    # --- read back

    def _find_post(self, item: Item, earliest: int) -> Lookup:
        if item.handle.get("video"):
            return self._find_film(item, earliest)
        posts, reached = self._posts_since(earliest)
        alike = [post for post in posts if plain(post.text) == plain(item.text)]
        photos = frozenset(item.handle.get("photos", "").split(",")) - {""}
        ours = [post for post in alike if photos and photos <= post.files] or alike
        return only(self._sent(post.id) for post in ours) if ours else absent_or_cannot(reached)

    def _find_film(self, item: Item, earliest: int) -> Lookup:
        try:
            post = self._post_of(item.handle["video"])
        except Refused as error:
            if error.reason is not Reason.NOT_FOUND:
                raise
            post = ""
        if post:
            return only([self._sent(post)])
        posts, reached = self._posts_since(earliest)
        alike = [self._sent(post.id) for post in posts if plain(post.text) == plain(item.text)]
        return only(alike) if alike else absent_or_cannot(reached)

    def _find_answer(self, item: Item, earliest: int) -> Lookup:
        """Among all comments of the post: an answer to an answer hangs below the one at the top."""
        ours: list[Json] = []
        parents: dict[str, str] = {}
        for page in self.comment_pages(item.post or item.parent):
            parents |= {id_of(one): id_of(one.get("parent")) for one in page}
            ours += [one for one in page if self._is_this(one, item, earliest)]
        beneath = {item.parent, parents.get(item.parent) or item.parent}
        found = [one for one in ours if not item.post or id_of(one.get("parent")) in beneath]
        return only(Sent(id_of(one), self._comment_link(item.post, id_of(one))) for one in found)

    def _is_this(self, comment: Json, item: Item, earliest: int) -> bool:
        written = seconds(comment.get("created_time"))
        return self.is_own(comment) and written >= earliest and plain(comment.get("message")) == plain(item.text)

    # --- in

    def post_pages(self) -> Iterator[list[OwnPost]]:
        for page in self._graph.pages(self._page, "posts", fields=POST_FIELDS, limit=str(WATCHED)):
            yield [self._own_post(post) for post in page]

    def _own_post(self, post: Json) -> OwnPost:
        summary = (post.get("comments") or {}).get("summary") or {}
        attached = data_of(post.get("attachments"))
        below = [one for part in attached for one in data_of(part.get("subattachments"))]
        return OwnPost(
            id=id_of(post),
            text=str(post.get("message") or ""),
            at=seconds(post.get("created_time")),
            comments=int(summary.get("total_count") or 0),
            permalink=self.permalink(id_of(post)),
            files=frozenset(id_of(part.get("target")) for part in (*attached, *below)),
        )

    def comment_pages(self, post: str) -> Iterator[list[Json]]:
        where = {"filter": "stream", "order": "reverse_chronological", "fields": COMMENT_FIELDS, "limit": "100"}
        yield from self._graph.pages(post, "comments", **where)

    def comment_in(self, comment: Json, post: OwnPost) -> Incoming:
        author = comment.get("from") or {}
        return Incoming(
            kind=MessageKind.COMMENT,
            remote_id=id_of(comment),
            author_id=id_of(author),
            author_handle="",
            author_name=str(author.get("name") or ""),
            text=str(comment.get("message") or "") or ("[gambar]" if comment.get("attachment") else ""),
            written_at=time_of(comment.get("created_time")),
            raw=comment,
            post=post.id,
            post_text=post.text,
            parent=id_of(comment.get("parent")),
            permalink=str(comment.get("permalink_url") or self._comment_link(post.id, id_of(comment))),
        )

    def is_own(self, comment: Json) -> bool:
        return id_of(comment.get("from")) == self._own

    def mention_pages(self) -> Iterator[list[Incoming]]:
        fields = "id,from,message,created_time,permalink_url"
        for page in self._graph.pages(self._page, "tagged", fields=fields, limit="25"):
            yield [_mention_in(post) for post in page]

    def permalink(self, remote_id: str) -> str:
        page, _, post = remote_id.partition("_")
        return f"https://www.facebook.com/{page}/posts/{post}" if post else ""

    def _comment_link(self, post: str, comment: str) -> str:
        below = self.permalink(post)
        return f"{below}?comment_id={comment.rpartition('_')[2]}" if below else ""


def _mention_in(post: Json) -> Incoming:
    """A post of somebody else's that names the Page; answered by a comment under it."""
    author = post.get("from") or {}
    return Incoming(
        kind=MessageKind.MENTION,
        remote_id=id_of(post),
        author_id=id_of(author),
        author_handle="",
        author_name=str(author.get("name") or ""),
        text=str(post.get("message") or ""),
        written_at=time_of(post.get("created_time")),
        raw=post,
        permalink=str(post.get("permalink_url") or ""),
    )


def _examine(item: Item, capability: Capability) -> None:
    """Refuse what can't become a post before anything is sent."""
    films = [medium for medium in item.media if medium.mime.startswith("video/")]
    count = len(item.media)
    fits = {
        Kind.TEXT: not count and bool(item.text),
        Kind.PHOTO: count == 1 and not films,
        Kind.CAROUSEL: capability.carousel_min <= count <= capability.carousel_max and not films,
        Kind.VIDEO: len(films) == 1 and count <= 2,
    }
    if not fits.get(item.kind, False):
        raise Refused(Reason.UNSUPPORTED, f"{item.kind} of {count} files, {len(films)} of them films")
    missing = next((medium.path.name for medium in item.media if not medium.path.is_file()), "")
    if missing:
        raise Refused(Reason.MEDIA_REFUSED, f"{missing} is not there")
