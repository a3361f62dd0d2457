"""Addresses under which a platform can fetch the media of a post that is on its way, without signing in.

An address is signed and ends after two days; behind it stands one file of one write, and only while that write has
not been sent (`scheduler/media.py` serves it). Whoever finds the address later finds nothing.
"""

import ipaddress
from datetime import timedelta
from enum import StrEnum
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.urls import reverse

LASTS = timedelta(days=2)
"""Instagram fetches within minutes, and keeps what it made of it for a day."""
PROBE = "probe"
OWN_ANSWER_S = 15
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

_signer = TimestampSigner(salt="connectors.public_media")


def address_of(row_id: int, part: int) -> str:
    """Of the `part`th file of an Outgoing; empty where the desk has no address that others could reach."""
    return _address(f"{row_id}.{part}")


def probe_address() -> str:
    """Of a picture that says nothing, to try whether a platform reaches us (`InstagramGraph.reachable`)."""
    return _address(PROBE)


class Trouble(StrEnum):
    """Why a platform can't fetch pictures from this desk."""

    LOCAL = "local"
    """The address that others are told leads to a machine of one's own."""
    NO_HTTPS = "no_https"
    UNANSWERED = "unanswered"
    """The desk asked itself under its public address, and did not get its own picture."""
    REFUSED = "refused"
    """The desk reaches itself; the platform says that it does not."""


def trouble() -> Trouble | None:
    """What can be told without the platform: the desk asks its own public address for a picture. None: it answers.

    From within one's own network a name may lead home while strangers find nothing: the platform's word is asked, too
    (`Connector.reachable`). The stand-in runs on this very machine: nothing is in its way.
    """
    if settings.SANDBOX_URL:
        return None
    parts = urlsplit(settings.PUBLIC_URL)
    if not parts.hostname or is_local(parts.hostname):
        return Trouble.LOCAL
    if parts.scheme != "https":
        return Trouble.NO_HTTPS
    return None if answers(probe_address()) else Trouble.UNANSWERED


def is_local(host: str) -> bool:
    """Whether nobody outside of this house can mean this machine by it."""
    if host in LOOPBACK or "." not in host.strip(".") or host.endswith((".local", ".lan", ".internal", ".home.arpa")):
        return ":" not in host or not ipaddress.ip_address(host).is_global
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return False


def answers(address: str) -> bool:
    """Whether a picture comes from there."""
    try:
        answer = requests.get(address, timeout=OWN_ANSWER_S, allow_redirects=False)
    except requests.RequestException:
        return False
    return answer.status_code == requests.codes.ok and answer.headers.get("Content-Type") == "image/jpeg"


def named_by(token: str) -> str:
    """PROBE, or "<row>.<part>"; empty where the token is not ours or its time is over."""
    try:
        return _signer.unsign(token, max_age=LASTS)
    except BadSignature:
        return ""


def _address(what: str) -> str:
    """The stand-in runs on this machine; the real platforms don't."""
    if not settings.SANDBOX_URL and urlsplit(settings.PUBLIC_URL).hostname in LOOPBACK:
        return ""
    path: str = reverse("public_media", args=[_signer.sign(what)])
    return f"{settings.PUBLIC_URL}{path}"
