"""The border: what X answers, in the product's own five kinds of error.

Lost connections, 5xx and 408 never get this far: `connectors.sessions` names them. What is left is an answer: its
words where they are known (X gives the same 403 for very different things), else its status.
Sources: X's pages on response codes and on rate limits; its specification's problem types; public reports of 2026
on the rule of 24 February about answers by API.
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import requests
from tweepy import HTTPException

from connectors.answers import at_unix, number_in
from connectors.errors import ConnectorError, LoginNeeded, OutcomeUnknown, RateLimited, Reason, Refused, Unreachable
from connectors.sessions import never_opened
from connectors.twitter.reading import LIMITS

if TYPE_CHECKING:
    from connectors.twitter.client import XWire

for chatty in ("tweepy.client", "tweepy.auth", "oauthlib", "requests_oauthlib"):
    # Their debug lines hold tokens and signatures, whatever level the desk's own log has.
    logging.getLogger(chatty).setLevel(logging.WARNING)

Ours = tuple[type[ConnectorError], Reason]

TELLING: dict[str, Ours] = {
    # Words in an answer (type, title, detail, messages), in lower case. The first that fits counts.
    "duplicate content": (OutcomeUnknown, Reason.DUPLICATE),
    "your account is suspended": (LoginNeeded, Reason.SUSPENDED),
    "temporarily locked": (LoginNeeded, Reason.CHALLENGE),
    "client-not-enrolled": (LoginNeeded, Reason.NO_PERMISSION),
    "oauth1-permissions": (Refused, Reason.NO_PERMISSION),
    "app permissions": (Refused, Reason.NO_PERMISSION),
    "usage-capped": (RateLimited, Reason.TOO_FAST),
    "daily status update limit": (RateLimited, Reason.TOO_FAST),
    "might be automated": (RateLimited, Reason.ACTION_BLOCKED),
    "deleted or not visible": (Refused, Reason.NOT_FOUND),
    "have not been mentioned": (Refused, Reason.REPLY_BY_HAND),
    "restricted who can reply": (Refused, Reason.REPLY_BY_HAND),
    "permission to dm": (Refused, Reason.MESSAGES_CLOSED),
    "cannot send messages": (Refused, Reason.MESSAGES_CLOSED),
    "a bit shorter": (Refused, Reason.TEXT_REFUSED),
    "too long": (Refused, Reason.TEXT_REFUSED),
    "media id": (Refused, Reason.MEDIA_REFUSED),
}

STATUS: dict[int, Ours] = {
    400: (Refused, Reason.REFUSED),
    401: (LoginNeeded, Reason.SESSION_EXPIRED),
    402: (LoginNeeded, Reason.NO_CREDIT),
    403: (Refused, Reason.NO_PERMISSION),
    404: (Refused, Reason.NOT_FOUND),
    413: (Refused, Reason.MEDIA_REFUSED),
    415: (Refused, Reason.MEDIA_REFUSED),
    429: (RateLimited, Reason.TOO_FAST),
}

ACTION_BLOCK = timedelta(hours=6)
"""How long an account rests when X takes it for a machine. X names no time."""


@contextmanager
def border(wire: "XWire", refusals: Mapping[int, Ours] | None = None) -> Iterator[None]:
    """Around every call of tweepy: only `connectors.errors` and what stopped the write come out.

    `refusals`: what a status without telling words means for this one call, where that is not what it mostly means.
    """
    try:
        yield
    except ConnectorError:
        raise
    except Exception as error:
        if error is wire.stopped:
            raise
        raise translated(error, wire, refusals or {}) from error


def translated(error: Exception, wire: "XWire", refusals: Mapping[int, Ours]) -> ConnectorError:
    """`error` in our words. An answer that can't be read is no verdict: a write that left is of unknown outcome."""
    detail = type(error).__name__
    if not isinstance(error, HTTPException):
        if wire.in_doubt:
            return OutcomeUnknown(Reason.UNREADABLE, detail)
        return Unreachable(Reason.OFFLINE if never_opened(error) else Reason.UNREADABLE, detail)
    response: requests.Response = error.response
    words = said(response)
    told = next((ours for word, ours in TELLING.items() if word in words.casefold()), None)
    kind, reason = told or refusals.get(response.status_code) or STATUS.get(response.status_code, STATUS[400])
    detail = f"{detail} HTTP {response.status_code} {words}".strip()
    if kind is RateLimited:
        return RateLimited(reason, detail, until(response.headers, reason))
    return kind(reason, detail)


def until(headers: Mapping[str, str], reason: Reason) -> datetime | None:
    """When X lets us in again; None where it does not say, or says a time that is over."""
    if reason is Reason.ACTION_BLOCKED:
        return datetime.now(UTC) + ACTION_BLOCK
    known = [name for name in LIMITS if f"{name}-reset" in headers]
    waits = [headers[f"{name}-reset"] for name in known if headers.get(f"{name}-remaining", "0") == "0"]
    times = [at_unix(number_in(wait)) for wait in waits]
    return max((time for time in times if time), default=None)


def said(response: requests.Response) -> str:
    """X's own words, short. Neither addresses nor tokens are among them."""
    try:
        answer = response.json()
    except ValueError:
        return ""
    if not isinstance(answer, Mapping):
        return ""
    errors = [error for error in answer.get("errors") or () if isinstance(error, Mapping)]
    keys = ("type", "title", "reason", "detail", "message", "error", "error_description")
    words = [str(part[key])[:160] for part in (answer, *errors) for key in keys if isinstance(part.get(key), str)]
    return " ".join(dict.fromkeys(words))[:400]
