"""What passes between the desk and the process that takes pictures and prints: one JSON line each way. Pure."""

import base64
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

WIDTH = 412
"""CSS pixels: the width of a common phone, so that a page shows what a citizen saw."""
TIMEOUT_S = 30.0


class Failed(StrEnum):
    """Why there is no picture; stable, because rows keep it."""

    NO_PUBLIC_PAGE = "no_public_page"
    SIGN_IN_PAGE = "sign_in_page"
    TEXT_NOT_FOUND = "text_not_found"
    NOT_FOUND = "not_found_404"
    BLOCKED_HOST = "blocked_host"
    UNREACHABLE = "unreachable"
    TOO_LARGE = "too_large"
    TIMEOUT = "timeout"
    BROWSER_MISSING = "browser_missing"
    CRASHED = "crashed"
    BAD_ORDER = "bad_order"

    @property
    def is_ours(self) -> bool:
        """The browser's or the network's trouble, which may pass; the others are what the page itself says."""
        return self in {Failed.UNREACHABLE, Failed.TIMEOUT, Failed.BROWSER_MISSING, Failed.CRASHED}


@dataclass(frozen=True, slots=True)
class Order:
    """One picture wanted: of `html` (our own words, shown without scripts or network), or of the page at `url`.

    Of a page: `text` must be found in it and is marked; `element` (an id in the page) and `author` tell equal
    texts apart. `hosts` is all that the browser may speak to: `cdn.example` covers what is below it, on the web's
    own ports and public addresses only; `127.0.0.1:8900` names exactly that. `timezone` is the page's clock.
    """

    id: str
    html: str = ""
    url: str = ""
    text: str = ""
    element: str = ""
    author: str = ""
    hosts: tuple[str, ...] = ()
    width: int = WIDTH
    timeout_s: float = TIMEOUT_S
    timezone: str = "Asia/Jakarta"
    probe: bool = False
    paper: bool = False
    """A PDF of `html` instead of a picture; its own stylesheet says the paper's size, margins and page numbers."""

    def to_line(self) -> str:
        return json.dumps(asdict(self)) + "\n"

    @classmethod
    def from_line(cls, line: str) -> "Order":
        """ValueError or TypeError where the line is no order."""
        fields: dict[str, Any] = json.loads(line)
        return cls(**{**fields, "hosts": tuple(fields.get("hosts", ()))})


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG. `address` is where the browser ended up; `mark` says what was added to the page, empty: nothing."""

    png: bytes
    sha256: str
    address: str
    title: str
    captured_at: datetime
    found: bool = True
    mark: str = ""
    matches: int = 0
    """How many places held the text: with more than one, the marked one is a choice."""
    cut: bool = False
    """The page was longer than a picture may be: this is the part around the message."""
    refused: tuple[str, ...] = ()
    """Hosts that the page, or the browser on errands of its own, asked for and did not get."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A PDF of our own words."""

    pdf: bytes
    pages: int


@dataclass(frozen=True, slots=True)
class Failure:
    """No picture. `detail` is for the log and for whoever repairs it."""

    reason: Failed
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Probe:
    """Which browser this machine gives: `uid` is whom it runs as, never 0."""

    version: str
    executable: str
    sandboxed: bool
    uid: int


@dataclass(frozen=True, slots=True)
class Answer:
    """The line that comes back for order `id`."""

    id: str
    outcome: Picture | Printed | Failure | Probe

    def to_line(self) -> str:
        match self.outcome:
            case Failure(reason, detail):
                fields: dict[str, Any] = {"ok": False, "reason": reason, "detail": detail}
            case Picture() as picture:
                fields = {"ok": True, **asdict(picture)}
                fields["png"] = base64.b64encode(picture.png).decode()
                fields["captured_at"] = picture.captured_at.isoformat()
            case Printed(pdf, pages):
                fields = {"ok": True, "pdf": base64.b64encode(pdf).decode(), "pages": pages}
            case Probe() as probe:
                fields = {"ok": True, "probe": True, **asdict(probe)}
        return json.dumps({"id": self.id, **fields}) + "\n"

    @classmethod
    def from_line(cls, line: str) -> "Answer":
        """ValueError, KeyError or TypeError where the line is no answer."""
        fields: dict[str, Any] = json.loads(line)
        order_id = fields.pop("id")
        if not fields.pop("ok"):
            return cls(order_id, Failure(Failed(fields["reason"]), fields["detail"]))
        if fields.pop("probe", False):
            return cls(order_id, Probe(**fields))
        if "pdf" in fields:
            return cls(order_id, Printed(base64.b64decode(fields["pdf"]), int(fields["pages"])))
        fields["png"] = base64.b64decode(fields["png"])
        fields["captured_at"] = datetime.fromisoformat(fields["captured_at"])
        fields["refused"] = tuple(fields["refused"])
        return cls(order_id, Picture(**fields))
