"""The verbs of `Connector`, spoken to a website's WordPress."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import PurePath
from typing import Any, ClassVar
from urllib.parse import urlsplit

from connectors.base import (
    Absent,
    Batch,
    CannotTell,
    Capability,
    Connector,
    Found,
    Identity,
    Item,
    Kind,
    Login,
    Lookup,
    Media,
    Remember,
    Sent,
)
from connectors.errors import LoginNeeded, Reason, Refused, Unreachable
from connectors.guide import Field, Guide
from connectors.sessions import Network
from connectors.website.comments import Comments, find_answers, written_s
from connectors.website.guide import GUIDE
from connectors.website.markup import Picture, content_of, escaped, plain, same, slug_of, title_and_body
from connectors.website.site import Json, Site, home_of

CLOCKS_S = 300
"""By how much the site's clock may lag behind ours."""
MARK = "Tanggap/"
"""Answers carry this and their nonce where WordPress keeps a browser's name: seen by editors only, and read back."""
PERMISSIONS = ("publish_posts", "upload_files", "moderate_comments")
STATUSES = {Kind.HIDE: "hold", Kind.APPROVE: "approved", Kind.SPAM: "spam"}
SUFFIXES = {"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp"}

CAPABILITY = Capability(
    kinds=frozenset({Kind.TEXT, Kind.PHOTO, Kind.CAROUSEL, Kind.REPLY, Kind.HIDE, Kind.APPROVE, Kind.SPAM}),
    caption_max=50_000,  # ours: WordPress has no limit
    reply_max=10_000,  # ours: WordPress's column takes 65,525 bytes
    hashtags_max=1000,  # ours: they are words to WordPress
    mentions_max=1000,
    carousel_min=2,
    carousel_max=20,  # ours
    image_types=frozenset(SUFFIXES),  # WordPress's get_allowed_mime_types; webp since 5.8
    image_bytes_max=10_000_000,  # ours: the site's own limit is PHP's upload_max_filesize, which it does not tell
    video_types=frozenset(),
    video_bytes_max=0,
    alt_text_max=1000,  # ours
    can_hide=True,
    can_delete=True,
    official=True,
    confirms=100,
    looks_every=timedelta(hours=6),
    lag_s=120,  # a request whose caller hung up may still be worked on: PHP's max_execution_time and a proxy's 60 s
    hosts=frozenset(),  # each site's own: `capability_for`
    title_max=200,  # ours
)


class Website(Connector):
    """One use of one site. Secrets: `user` and `password` (an application password, not the one to sign in with)."""

    platform: ClassVar[str] = "website"
    capability: ClassVar[Capability] = CAPABILITY
    guide: ClassVar[Guide | None] = GUIDE
    own_ids: ClassVar[bool] = False  # a user's number: each site begins at 1
    fields: ClassVar[tuple[Field, ...]] = (
        Field(
            "user",
            ("Nama pengguna WordPress", "WordPress user name"),
            ("Pengguna dengan peran Editor.", "A user with the role Editor."),
            secret=False,
        ),
        Field(
            "password",
            ("Kata sandi aplikasi", "Application password"),
            (
                "Di WordPress: Pengguna → Profil → Kata Sandi Aplikasi. Bukan kata sandi untuk masuk.",
                "In WordPress: Users → Profile → Application Passwords. Not the password you sign in with.",
            ),
        ),
    )

    def __init__(self, login: Login, network: Network) -> None:
        super().__init__(login, network)
        self._site = Site(login.handle, login.secrets, str(login.session.get("root") or ""), network)
        self._kept_id = str(login.session.get("user") or "")

    @classmethod
    def capability_for(cls, handle: str) -> Capability:
        return replace(cls.capability, hosts=frozenset({urlsplit(home_of(handle)).netloc.lower()}))

    # --- who we are

    def check(self) -> Identity:
        self._site.kept_root = ""
        index = self._site.index()
        who = self._signed_in()
        missing = [name for name, granted in granted_to(who).items() if not granted]
        if missing:
            raise LoginNeeded(Reason.NO_PERMISSION, f"the user lacks {', '.join(missing)}")
        self._kept_id = str(who["id"])
        return Identity(self._kept_id, self.login.handle, plain(str(index.get("name") or "")))

    def _signed_in(self) -> Json:
        """A firewall that stops a sign-in stops every other, too: only a person can go on."""
        try:
            return self._who()
        except Unreachable as error:
            raise LoginNeeded(error.reason, error.detail) if error.reason is Reason.FIREWALL else error from None

    def permissions(self) -> Mapping[str, bool]:
        return granted_to(self._who())

    def _who(self) -> Json:
        who = self._site.get("wp/v2/users/me", {"context": "edit", "_fields": "id,capabilities"})
        if not isinstance(who, dict) or not who.get("id"):
            raise Unreachable(Reason.UNREADABLE, "the site's answer names no user")
        return who

    @cached_property
    def _own_id(self) -> str:
        """Our user's number; asked for where no session is kept."""
        self._kept_id = self._kept_id or str(self._who()["id"])
        return self._kept_id

    def session(self) -> Mapping[str, Any]:
        return {"root": self._site.kept_root, "user": self._kept_id}

    def close(self) -> None:
        self._site.http.close()

    # --- out

    def publish(self, item: Item, remember: Remember) -> Sent:
        examine(item, self.capability)
        title, body = title_and_body(item.title, item.text)
        slug = slug_of(title, item.nonce)
        pictures = self._upload(item.media, slug, title)
        post: Json = {"title": escaped(title), "content": content_of(body, pictures), "slug": slug, "status": "publish"}
        if pictures:
            post["featured_media"] = pictures[0].number
        made = self._write("wp/v2/posts", post, {"slug": slug}, remember)
        if made.get("status") not in {"publish", "future"}:
            raise Refused(Reason.NO_PERMISSION, f"the site keeps it as {made.get('status')}")
        return sent(made)

    def _upload(self, media: tuple[Media, ...], slug: str, title: str) -> list[Picture]:
        """Each picture into the site's library, once: those that an earlier attempt left there are taken again."""
        names = [f"{slug}-{number}" for number in range(1, len(media) + 1)]
        if not names:
            return []
        asked = {"slug": ",".join(names), "per_page": "100", "_fields": "id,slug,source_url"}
        there = {str(one["slug"]): one for one in self._site.get_list("wp/v2/media", asked)}
        pictures = []
        for name, one in zip(names, media, strict=True):
            fields = {"slug": name, "alt_text": one.alt_text, "title": title}
            file = (f"{name}.{SUFFIXES[one.mime]}", content(one), one.mime)
            made = there.get(name) or self._site.upload("wp/v2/media", fields, file)
            pictures.append(Picture(int(made["id"]), str(made["source_url"]), one.alt_text))
        return pictures

    def reply(self, item: Item, remember: Remember) -> Sent:
        if item.kind is not Kind.REPLY:
            raise Refused(Reason.UNSUPPORTED, f"a website has no {item.kind}")
        if item.parent:
            self._parent_stands(item)
        own_id = self._own_id
        comment = {"post": int(item.post), "parent": int(item.parent or 0), "author_user_agent": mark_of(item)}
        try:
            made = self._write(
                "wp/v2/comments", comment | {"content": escaped(item.text)}, {"under": item.parent}, remember
            )
        except Refused as error:
            there = self._find_answer(item, own_id, None) if error.reason is Reason.DUPLICATE else None
            if not isinstance(there, Found):
                raise
            return there.sent
        return sent(made)

    def _parent_stands(self, item: Item) -> None:
        """WordPress takes answers to comments that are not there. One that is held may be answered: both show once
        it is approved."""
        asked = {"context": "edit", "_fields": "id,post,status"}
        parent = self._site.get(f"wp/v2/comments/{int(item.parent)}", asked)
        if str(parent.get("post")) != item.post or parent.get("status") not in {"approved", "hold"}:
            raise Refused(Reason.NOT_FOUND, f"the comment is in {parent.get('status')} or under another post")

    def moderate(self, item: Item) -> Sent:
        if item.kind not in STATUSES:
            raise Refused(Reason.UNSUPPORTED, f"a website has no {item.kind}")
        made = self._site.post(f"wp/v2/comments/{int(item.parent)}", {"status": STATUSES[item.kind]})
        return Sent("", str(made.get("link") or ""))

    def _write(self, path: str, body: Json, handle: Mapping[str, str], remember: Remember) -> Json:
        with self._site.wire.write(lambda _: remember(handle)):
            return self._site.post(path, body)

    def delete_own(self, item: Item, remote_id: str) -> None:
        """Into the site's bin, from where a person can take it back."""
        kind = "comments" if item.kind is Kind.REPLY else "posts"
        self._site.delete(f"wp/v2/{kind}/{int(remote_id)}")

    # --- in

    def fetch(self, cursor: Mapping[str, Any]) -> Iterator[Batch]:
        yield from Comments(self._site, self._own_id).batches(cursor)

    def still_shown(self, remote_ids: Sequence[str]) -> Mapping[str, bool]:
        """Those that stand or wait for approval; what was called spam or thrown away is not listed."""
        asked = [one for one in remote_ids if one.isdecimal()]
        there = Comments(self._site, self._own_id).still_there([int(one) for one in asked])
        return {one: one in there for one in asked}

    def find_own(self, item: Item, since: datetime) -> Lookup:
        if item.kind is Kind.REPLY:
            return self._find_answer(item, self._own_id, since - timedelta(seconds=CLOCKS_S))
        return self._find_post(item)

    def _find_post(self, item: Item) -> Lookup:
        """By its slug, which holds the nonce. A second post of one slug gets `-2` behind it."""
        slug = item.handle.get("slug") or slug_of(title_and_body(item.title, item.text)[0], item.nonce)
        asked = {"slug": f"{slug},{slug}-2", "status": "publish,future,draft,pending,private", "context": "edit"}
        found = self._site.get_list("wp/v2/posts", asked | {"_fields": "id,link,status"})
        hidden = [one for one in found if one.get("status") not in {"publish", "future"}]
        if hidden:
            return CannotTell(f"it stands there as {hidden[0].get('status')}")
        return only([sent(one) for one in found])

    def _find_answer(self, item: Item, own_id: str, earliest: datetime | None) -> Lookup:
        """By its mark; where the site drops marks, by parent, author, text and time."""
        alike = [
            one
            for one in find_answers(self._site, item.post, item.parent, own_id)
            if same(plain(one["content"]["raw"]), item.text)
        ]
        ours = [one for one in alike if one.get("author_user_agent") == mark_of(item)]
        unmarked = [
            one
            for one in alike
            if not str(one.get("author_user_agent") or "").startswith(MARK)
            and (earliest is None or written_s(one) >= earliest.timestamp())
        ]
        return only([sent(one) for one in ours or unmarked])

    def permalink(self, remote_id: str) -> str:
        """WordPress leads from here to the post's own address."""
        return f"{self._site.home}?p={remote_id}"


def granted_to(who: Json) -> dict[str, bool]:
    has = who.get("capabilities")
    return {name: isinstance(has, dict) and bool(has.get(name)) for name in PERMISSIONS}


def examine(item: Item, can: Capability) -> None:
    """Refuse, before anything is sent, what cannot become a post."""
    pictures = {Kind.TEXT: (0, 0), Kind.PHOTO: (1, 1), Kind.CAROUSEL: (can.carousel_min, can.carousel_max)}
    least, most = pictures.get(item.kind, (1, 0))
    if not least <= len(item.media) <= most:
        raise Refused(Reason.UNSUPPORTED, f"{item.kind} with {len(item.media)} pictures")
    for one in item.media:
        if one.mime not in can.image_types or not one.path.is_file():
            raise Refused(Reason.MEDIA_REFUSED, f"{PurePath(one.path).name} is not there, or no picture for a website")
    if not item.text.strip() and not item.title.strip():
        raise Refused(Reason.TEXT_REFUSED, "a post without a word")


def content(one: Media) -> bytes:
    try:
        return one.path.read_bytes()
    except OSError as error:
        raise Refused(Reason.MEDIA_REFUSED, f"{one.path.name} cannot be read") from error


def mark_of(item: Item) -> str:
    return f"{MARK}{item.nonce.hex}"


def sent(made: Json) -> Sent:
    return Sent(str(made["id"]), str(made.get("link") or ""))


def only(found: list[Sent]) -> Lookup:
    if len(found) > 1:
        return CannotTell(f"{len(found)} that look the same")
    return Found(found[0]) if found else Absent()
