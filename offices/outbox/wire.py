"""The way out: apprise for everything it knows, Django's mail for plain mail addresses.

An officer writes the address, and the desk's machine calls it: so only kinds of services that people use for being
told are taken, and no address of this very machine.
"""

import ipaddress
import logging
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email

if TYPE_CHECKING:
    import apprise

KINDS = frozenset(
    {"mailto", "mailtos", "tgram", "ntfy", "ntfys", "gotify", "gotifys", "json", "jsons", "discord", "slack"}
    | {"msteams", "matrix", "matrixs", "rocket", "rockets", "signal", "signals", "pover", "zulip", "mmost", "mmosts"}
)
"""Schemes of apprise's addresses; others (programs on this machine, its desktop, its log) are refused."""
TIMEOUT_S = 10
MAIL = re.compile(r"[^@\s/:]+@[^@\s/:]+\.[^@\s/:]+")

logging.getLogger("apprise").setLevel(logging.CRITICAL)  # it logs addresses, and secrets stand in them
logger = logging.getLogger(__name__)


class NoAddress(ValueError):
    """It cannot be an address; `args[0]`: "unknown", "kind", "inside"."""


def read(text: str) -> str:
    """How people know the address ("ntfy · ntfy.sh", "sari@…"), without its secrets. Raises NoAddress."""
    if is_mail(text):
        return text
    scheme = urlsplit(text).scheme.lower()
    if "://" not in text:
        raise NoAddress("unknown")
    if scheme not in KINDS:
        raise NoAddress("kind")
    service = instance(text)
    if service is None:
        raise NoAddress("unknown")
    if not settings.NOTICES_INSIDE and _inside(service):
        raise NoAddress("inside")
    host = str(getattr(service, "host", "") or "")
    known = "." in host  # else it is a topic or a chat, and as good as a password
    return f"{service.service_name} · {host}"[:80] if known else str(service.service_name)[:80]


def is_mail(text: str) -> bool:
    if not MAIL.fullmatch(text):
        return False
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def instance(url: str) -> "apprise.NotifyBase | None":
    import apprise  # takes 0.4 s and is needed here alone

    try:
        return apprise.Apprise.instantiate(f"{url}{'&' if '?' in url else '?'}rto={TIMEOUT_S}&cto={TIMEOUT_S}")
    except Exception as error:  # an odd address makes its plugin stumble in its own way
        logger.warning("An address could not be read: %s", type(error).__name__)
        return None


def _inside(service: "apprise.NotifyBase") -> bool:
    host = str(getattr(service, "host", "") or "").strip("[]").lower()
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        return False
    return found.is_loopback or found.is_link_local or found.is_unspecified


def send(url: str, title: str, body: str) -> bool:
    """Whether it was taken there. Never raises: one bad address stops nothing else."""
    try:
        if is_mail(url):
            return EmailMessage(title, body, to=[url]).send() == 1
        service = instance(url)
        return service is not None and bool(service.notify(body=body, title=title))
    except Exception as error:
        logger.warning("A notice could not be sent: %s", type(error).__name__)
        return False
