"""Addresses under which a platform can fetch the media of a post that is on its way, without signing in.

An address is signed and ends after two days; behind it stands one file of one write, and only while that write has
not been sent (`scheduler/media.py` serves it). Whoever finds the address later finds nothing.
"""

from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.urls import reverse

LASTS = timedelta(days=2)
"""Instagram fetches within minutes, and keeps what it made of it for a day."""
PROBE = "probe"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

_signer = TimestampSigner(salt="connectors.public_media")


def address_of(row_id: int, part: int) -> str:
    """Of the `part`th file of an Outgoing; empty where the desk has no address that others could reach."""
    return _address(f"{row_id}.{part}")


def probe_address() -> str:
    """Of a picture that says nothing, to try whether a platform reaches us (`InstagramGraph.reachable`)."""
    return _address(PROBE)


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
