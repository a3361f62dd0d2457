"""The verbs that WhatsApp has here: signing in, and one direct message to an officer.

Within 24 hours of the officer's last message (`Item.heard_at`) anything may be said; else only a template that Meta
approved beforehand, with the screenshot as its head and the question in its gap. There is no list of what was sent: a
lost message is found again by the receipt that WhatsApp sends to the webhook, which carries our own token.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import urlsplit

import requests
from pywa.client import WhatsApp as Client
from pywa.types.callback import Button, Section, SectionList, SectionRow
from pywa.types.templates import TemplateLanguage

from connectors.base import (
    Absent,
    Batch,
    Capability,
    Connector,
    Found,
    Heard,
    Identity,
    Item,
    Kind,
    Lookup,
    Media,
    Remember,
    Sent,
)
from connectors.errors import LoginNeeded, OutcomeUnknown, Reason, Refused, Unreachable
from connectors.guide import Field, Guide
from connectors.sessions import Wire
from connectors.whatsapp.errors import border
from connectors.whatsapp.guide import GUIDE
from connectors.whatsapp.hearing import heard_in

TEMPLATE = "konsultasi_keluhan"
BUTTONS_MAX = 3  # interactive reply buttons
BUTTON_MAX = 20  # characters of one
CHOICES_MAX = 10  # rows of an interactive list
CHOICE_MAX = 24  # characters of a row's title
NOTE_MAX = 72  # characters of what stands below it
MEDIA_HOST = ".fbsbx.com"
"""Where Meta keeps files: the token goes nowhere else."""
CHOOSE = "Pilih"
"""What opens the list."""
CAPTION_MAX = 1024  # characters: an image's caption, an interactive body, a template's body with its gap filled

FIELDS = (
    Field(
        "phone_id",
        ("Nomor ID telepon (Phone number ID)", "Phone number ID"),
        ("developers.facebook.com → aplikasi → WhatsApp → Penyiapan API.", "developers.facebook.com → WhatsApp → API."),
        secret=False,
    ),
    Field(
        "token",
        ("Token akses pengguna sistem", "System user's access token"),
        (
            "Dari Pengaturan Bisnis → Pengguna sistem, tanpa batas waktu, dengan izin whatsapp_business_messaging.",
            "From Business settings → System users, never expiring, with whatsapp_business_messaging.",
        ),
    ),
    Field(
        "app_secret",
        ("Kunci rahasia aplikasi (App Secret)", "App secret"),
        (
            "Aplikasi → Pengaturan → Dasar. Dengannya desk mengenali bahwa jawaban benar datang dari WhatsApp.",
            "App → Settings → Basic. By it the desk knows that an answer really comes from WhatsApp.",
        ),
    ),
    Field(
        "template",
        ("Nama templat pesan", "Name of the message template"),
        (
            "Templat kategori utilitas berbahasa Indonesia dengan gambar di kepala dan satu isian {{1}}; kosong: "
            f"{TEMPLATE}.",
            f"A utility template in Indonesian with an image on top and one gap {{{{1}}}}; empty: {TEMPLATE}.",
        ),
        secret=False,
        required=False,
    ),
)

CAPABILITY = Capability(
    kinds=frozenset({Kind.DM}),
    caption_max=CAPTION_MAX,  # media messages reference; internal, so nothing is ever published
    reply_max=700,  # ours: what the template's own words leave of CAPTION_MAX
    hashtags_max=30,  # ours: no such limit
    mentions_max=20,  # ours: no such limit
    carousel_min=1,
    carousel_max=1,
    image_types=frozenset({"image/jpeg", "image/png"}),  # supported media types
    image_bytes_max=5_000_000,  # supported media types: 5 MB
    video_types=frozenset(),
    video_bytes_max=0,
    alt_text_max=0,
    can_hide=False,
    can_delete=False,
    official=True,
    lag_s=120,  # ours: a receipt comes within seconds, where it comes
    hosts=frozenset({"whatsapp.com"}),
    reply_window=timedelta(hours=24),  # customer service window
)

NEEDED = ("whatsapp_business_messaging", "whatsapp_business_management")

BEFORE_THE_END = timedelta(minutes=5)
"""So long before its end the window counts as over: clocks differ, and a queue takes time."""


def shows_up(request: requests.PreparedRequest) -> bool:
    """Whether a person's telephone rings once this is obeyed."""
    return request.method == "POST" and request.path_url.partition("?")[0].endswith("/messages")


class WhatsApp(Connector):
    """One use of one business number. Secrets: `FIELDS`."""

    platform: ClassVar[str] = "whatsapp"
    capability: ClassVar[Capability] = CAPABILITY
    guide: ClassVar[Guide | None] = GUIDE
    fields: ClassVar[tuple[Field, ...]] = FIELDS
    signed_by: ClassVar[str] = "app_secret"

    @cached_property
    def _wire(self) -> Wire:
        return Wire(shows_up)

    @cached_property
    def _client(self) -> Client:
        token, phone_id = self.login.secrets.get("token", ""), self.login.secrets.get("phone_id", "")
        if not token or not phone_id:
            raise LoginNeeded(Reason.LOGIN_REFUSED, "phone_id or token is missing")
        version = float(self.network.graph_version.removeprefix("v"))
        session = self.network.httpx_client(self._wire)
        return Client(phone_id, token, session=session, server=None, api_version=version)

    def _border(self) -> Any:
        return border(self._wire, self.login.secrets.get("token", ""))

    def check(self) -> Identity:
        with self._border():
            told = self._client.api.get_business_phone_number(
                self.login.secrets["phone_id"], ("id", "display_phone_number", "verified_name")
            )
            number = re.sub(r"\D", "", str(told["display_phone_number"]))
            return Identity(str(told["id"]), number, str(told.get("verified_name") or ""))

    def permissions(self) -> Mapping[str, bool]:
        """Asked of the token itself; empty where Meta does not tell."""
        token = self.login.secrets.get("token", "")
        with self._border():
            answer = self._client.api._session.get("/debug_token", params={"input_token": token})
        told = answer.json() if answer.is_success else {}
        scopes = set(told.get("data", {}).get("scopes") or ())
        return {name: name in scopes for name in NEEDED} if scopes else {}

    def publish(self, item: Item, remember: Remember) -> Sent:
        raise Refused(Reason.UNSUPPORTED, "nothing is published on WhatsApp")

    # --- out

    def reply(self, item: Item, remember: Remember) -> Sent:
        """A question to the officer whose number is `item.thread`, with the screenshot in `item.media`."""
        self._examine(item)
        picture = item.handle.get("media") or (self._upload(item.media[0]) if item.media else "")
        send = self._freely if self._may_write_freely(item) else self._by_template
        # In this order: the library's errors are frozen, and no other context manager may get hold of one.
        with self._wire.write(lambda _: remember({"media": picture})), self._border():
            remote_id = send(item, picture)
        if not remote_id:
            raise OutcomeUnknown(Reason.UNREADABLE, "accepted without an id")
        return Sent(remote_id)

    def _examine(self, item: Item) -> None:
        if item.kind is not Kind.DM:
            raise Refused(Reason.UNSUPPORTED, f"WhatsApp has no {item.kind}")
        if not item.text or len(item.text) > CAPTION_MAX:
            raise Refused(Reason.TEXT_REFUSED, f"{len(item.text)} characters")
        if len(item.buttons) > BUTTONS_MAX or any(len(title) > BUTTON_MAX for title in item.buttons):
            raise Refused(Reason.TEXT_REFUSED, "buttons")
        if len(item.choices) > CHOICES_MAX or (item.choices and item.media):
            raise Refused(Reason.TEXT_REFUSED, "choices")
        if len(item.media) > 1 or any(one.mime not in CAPABILITY.image_types for one in item.media):
            raise Refused(Reason.MEDIA_REFUSED, f"{len(item.media)} files")

    def _may_write_freely(self, item: Item) -> bool:
        window = CAPABILITY.reply_window
        assert window is not None
        return item.heard_at is not None and datetime.now(UTC) < item.heard_at + window - BEFORE_THE_END

    def _upload(self, medium: Media) -> str:
        """The picture's number with WhatsApp, good for 30 days; nobody sees it yet."""
        if not medium.path.is_file():
            raise Refused(Reason.MEDIA_REFUSED, f"{medium.path.name} is not there")
        with self._border():
            found = self._client.upload_media(medium.path.read_bytes(), medium.mime, medium.path.name)
        # The library would take anything else for an address or for the picture itself.
        if not str(found.id).isdigit():
            raise Unreachable(Reason.UNREADABLE, "a picture without a number")
        return str(found.id)

    def _freely(self, item: Item, picture: str) -> str:
        buttons = [Button(title, title) for title in item.buttons] or None
        token = str(item.nonce)
        if item.choices:
            rows = [SectionRow(one.title[:CHOICE_MAX], one.key, one.note[:NOTE_MAX] or None) for one in item.choices]
            lines = SectionList(CHOOSE, [Section(CHOOSE, rows)])
            return str(self._client.send_message(item.thread, item.text, buttons=lines, tracker=token).id)
        if not picture:
            return str(self._client.send_message(item.thread, item.text, buttons=buttons, tracker=token).id)
        return str(self._client.send_image(item.thread, picture, item.text, buttons=buttons, tracker=token).id)

    def _by_template(self, item: Item, picture: str) -> str:
        """Its buttons were approved with it. A gap takes no line ends and no long row of blanks."""
        if item.choices:
            raise Refused(Reason.WINDOW_OVER, "a list only within the window")
        if not picture:
            raise Refused(Reason.MEDIA_REFUSED, "the template has a picture on top, and there is none")
        question = re.sub(r"\s+", " ", item.text).strip()
        # By hand: the library's own classes write HEADER and BODY, which Meta's specification does not know.
        gaps = [
            {"type": "header", "parameters": [{"type": "image", "image": {"id": picture}}]},
            {"type": "body", "parameters": [{"type": "text", "text": question}]},
        ]
        name = self.login.secrets.get("template") or TEMPLATE
        language = TemplateLanguage.INDONESIAN
        return str(self._client.send_template(item.thread, name, language, gaps, tracker=str(item.nonce)).id)

    # --- in, and back

    def fetch(self, cursor: Mapping[str, Any]) -> Iterator[Batch]:
        """Nothing can be asked for: answers come by webhook alone."""
        yield from ()

    def medium(self, media_id: str, most: int) -> tuple[bytes, str]:
        """WhatsApp names an address that is good for minutes; only with the token does it give the file. Its size is
        told beforehand, so a big one is not even begun."""
        with self._border():
            told = self._client.api.get_media_url(media_id=media_id)
            if int(told.get("file_size") or 0) > most:
                raise Refused(Reason.MEDIA_REFUSED, f"{told.get('file_size')} bytes")
            if not (urlsplit(told["url"]).hostname or "").endswith(MEDIA_HOST):
                raise Refused(Reason.MEDIA_REFUSED, "an address that is not Meta's")
            bearer = {"Authorization": f"Bearer {self.login.secrets.get('token', '')}"}
            with self.network.httpx_client(self._wire) as session:
                got = session.get(told["url"], headers=bearer)
        if not got.is_success or len(got.content) > most:
            raise Unreachable(Reason.SERVER_ERROR, f"HTTP {got.status_code}, {len(got.content)} bytes")
        return got.content, str(told.get("mime_type") or "").partition(";")[0].strip()

    @classmethod
    def hear(cls, news: Mapping[str, Any]) -> tuple[Heard, ...]:
        return heard_in(news)

    def find_own(self, item: Item, since: datetime) -> Lookup:
        """By the receipt, where one came (`connectors.webhooks` keeps its id in the handle). None within the lag:
        it never arrived. Should it have after all, an officer gets a question twice, which harms nobody."""
        wamid = item.handle.get("receipt", "")
        return Found(Sent(wamid)) if wamid else Absent()

    def permalink(self, remote_id: str) -> str:
        return ""

    def delete_own(self, item: Item, remote_id: str) -> None:
        raise Refused(Reason.UNSUPPORTED, "WhatsApp takes nothing back by its interface")

    def session(self) -> Mapping[str, Any]:
        return {}

    def close(self) -> None:
        if "_client" in self.__dict__:
            self._client.api._session.close()
