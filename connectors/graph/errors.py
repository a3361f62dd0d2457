"""The border: what Meta's Graph API answers, in the product's own five kinds of error.

Lost connections, 5xx and 408 never get this far: `connectors.sessions` names them. What is left is an answer with an
"error" in it (code, often a subcode that says more), or one that nobody can read.
Sources: Meta's pages on errors of the Graph API, of Instagram's content publishing and of the Send API.
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from facebook import GraphAPIError

from connectors.answers import REST_MAX
from connectors.errors import ConnectorError, LoginNeeded, OutcomeUnknown, RateLimited, Reason, Refused, Unreachable

if TYPE_CHECKING:
    from connectors.graph.client import GraphWire

ACTION_BLOCK = timedelta(hours=6)
"""How long an account rests after it was blocked. Meta names no time; it lasts hours to days."""

Ours = tuple[type[ConnectorError], Reason]

SUBCODES: dict[int, Ours] = {
    # Of 190, the token: a person must connect the account again.
    458: (LoginNeeded, Reason.SESSION_EXPIRED),  # the app was removed
    459: (LoginNeeded, Reason.CHALLENGE),  # checkpoint
    460: (LoginNeeded, Reason.SESSION_EXPIRED),  # the password was changed
    463: (LoginNeeded, Reason.SESSION_EXPIRED),  # its time is over
    464: (LoginNeeded, Reason.CHALLENGE),  # the person is not confirmed
    467: (LoginNeeded, Reason.SESSION_EXPIRED),  # signed out, or taken back
    492: (LoginNeeded, Reason.NO_PERMISSION),  # no longer an administrator of the Page
    # Things that are gone.
    33: (Refused, Reason.NOT_FOUND),
    # The Send API: outside the 24 hours, no such person, a person who can't be written to.
    2018278: (Refused, Reason.ANSWER_TOO_LATE),
    2534022: (Refused, Reason.ANSWER_TOO_LATE),
    2018065: (Refused, Reason.MESSAGES_CLOSED),
    2018001: (Refused, Reason.MESSAGES_CLOSED),
    2018108: (Refused, Reason.MESSAGES_CLOSED),
    1545041: (Refused, Reason.MESSAGES_CLOSED),
    # Instagram's publishing.
    2207001: (OutcomeUnknown, Reason.SERVER_ERROR),
    2207003: (Unreachable, Reason.TIMEOUT),  # fetching our file took too long
    2207004: (Refused, Reason.MEDIA_REFUSED),  # over 8 MiB
    2207005: (Refused, Reason.MEDIA_REFUSED),  # format
    2207006: (Refused, Reason.NOT_FOUND),
    2207008: (Refused, Reason.NOT_FOUND),
    2207009: (Refused, Reason.MEDIA_REFUSED),  # ratio
    2207010: (Refused, Reason.TEXT_REFUSED),
    2207020: (Unreachable, Reason.TIMEOUT),  # the container is older than a day: the next attempt makes a new one
    2207026: (Refused, Reason.MEDIA_REFUSED),  # a film's format
    2207027: (Unreachable, Reason.TIMEOUT),  # not ready yet
    2207032: (Unreachable, Reason.SERVER_ERROR),  # creating the container failed
    2207040: (Refused, Reason.TEXT_REFUSED),
    2207042: (RateLimited, Reason.TOO_FAST),  # the day's posts are used up
    2207050: (LoginNeeded, Reason.SUSPENDED),
    2207051: (RateLimited, Reason.ACTION_BLOCKED),
    2207052: (Refused, Reason.MEDIA_UNREACHABLE),
    2207053: (Unreachable, Reason.SERVER_ERROR),
}

CODES: dict[int, Ours] = {
    3: (LoginNeeded, Reason.NO_PERMISSION),
    4: (RateLimited, Reason.TOO_FAST),
    9: (RateLimited, Reason.TOO_FAST),
    10: (LoginNeeded, Reason.NO_PERMISSION),
    12: (LoginNeeded, Reason.LIBRARY_OUTDATED),
    17: (RateLimited, Reason.TOO_FAST),
    25: (LoginNeeded, Reason.SUSPENDED),
    32: (RateLimited, Reason.TOO_FAST),
    101: (LoginNeeded, Reason.APP_REFUSED),  # the app's own number or secret
    102: (LoginNeeded, Reason.SESSION_EXPIRED),
    104: (LoginNeeded, Reason.APP_REFUSED),  # the app wants each call signed with its secret
    190: (LoginNeeded, Reason.SESSION_EXPIRED),
    341: (RateLimited, Reason.TOO_FAST),
    352: (Refused, Reason.MEDIA_REFUSED),
    368: (RateLimited, Reason.ACTION_BLOCKED),
    506: (Refused, Reason.DUPLICATE),
    551: (Refused, Reason.MESSAGES_CLOSED),
    613: (RateLimited, Reason.TOO_FAST),
    803: (Refused, Reason.NOT_FOUND),
    2635: (LoginNeeded, Reason.LIBRARY_OUTDATED),  # this version is no more
    9004: (Refused, Reason.MEDIA_UNREACHABLE),
    10900: (Refused, Reason.DUPLICATE),  # this comment has had its private reply
    36000: (Refused, Reason.MEDIA_REFUSED),
    36001: (Refused, Reason.MEDIA_REFUSED),
    36003: (Refused, Reason.MEDIA_REFUSED),
    36004: (Refused, Reason.TEXT_REFUSED),
    80001: (RateLimited, Reason.TOO_FAST),
    80002: (RateLimited, Reason.TOO_FAST),
    80006: (RateLimited, Reason.TOO_FAST),
} | dict.fromkeys(range(200, 300), (LoginNeeded, Reason.NO_PERMISSION))

POSTS_USED_UP = 2207042
USAGE = ("X-Business-Use-Case-Usage", "X-App-Usage", "X-Page-Usage")
"""Headers in which Meta says how much of an hour's calls is used, in per cent of calls, of CPU time and of time."""
PARTS = ("call_count", "total_cputime", "total_time")
PER_CENT_MAX = 1000
MINUTES_MAX = int(REST_MAX / timedelta(minutes=1))
HOUR = timedelta(hours=1)
"""Calls are counted over the last hour."""
REST = timedelta(minutes=15)
"""Where all is used and Meta does not say until when."""

NO_VERDICT = frozenset({-2, -1, 1, 2})
"""Meta's own trouble: how far it had come is not said."""

SECRETS = re.compile(r"(?:EA[A-Z]|IGAA)[\w.|-]+|\w+\|[\w-]{16,}|(?:access_token|appsecret_proof|client_secret)=[^&\s]+")


@contextmanager
def border(wire: "GraphWire", token: str) -> Iterator[None]:
    """Around every call of the library: only `connectors.errors` and what stopped the write come out.

    Never with the error behind it: the transport's own errors quote the address, and the token stands in it.
    """
    try:
        yield
    except ConnectorError as error:
        raise error from None
    except Exception as error:
        if error is wire.stopped:
            raise
        raise translated(error, wire, token) from None


def translated(error: Exception, wire: "GraphWire", token: str = "") -> ConnectorError:
    """`error` in our words. Where nothing tells, a write that left is of unknown outcome."""
    told = error.result.get("error") if isinstance(error, GraphAPIError) and isinstance(error.result, dict) else None
    if not isinstance(told, Mapping):
        return _no_verdict(wire, Reason.UNREADABLE, type(error).__name__)
    code, subcode = _number(told.get("code")), _number(told.get("error_subcode"))
    detail = f"{code}/{subcode} {scrubbed(str(told.get('message') or ''), token)[:160]}"
    kind, reason = SUBCODES.get(subcode) or CODES.get(code) or (Refused, Reason.REFUSED)
    unsure = code in NO_VERDICT or told.get("is_transient") is True
    if kind is OutcomeUnknown or (unsure and subcode not in SUBCODES and kind is not RateLimited):
        return _no_verdict(wire, Reason.SERVER_ERROR, detail)
    if kind is RateLimited:
        return RateLimited(reason, detail, until(reason, wire.headers), posts_only=subcode == POSTS_USED_UP)
    return kind(reason, detail)


def is_gone(told: object) -> bool:
    """Whether an "error" says that what was asked for is not there (any more)."""
    if not isinstance(told, Mapping):
        return False
    ours = SUBCODES.get(_number(told.get("error_subcode"))) or CODES.get(_number(told.get("code")))
    return ours == (Refused, Reason.NOT_FOUND)


def scrubbed(text: str, token: str) -> str:
    """Meta's messages quote tokens ("Malformed access token …")."""
    return SECRETS.sub("…", text.replace(token, "…") if token else text)


def until(reason: Reason, headers: Mapping[str, str]) -> datetime | None:
    """When we are let in again: Meta says it in minutes, in a header; for a block it says nothing."""
    now = datetime.now(UTC)
    minutes = max((_minutes(headers.get(name)) for name in USAGE), default=0)
    if minutes:
        return now + timedelta(minutes=minutes)
    return now + ACTION_BLOCK if reason is Reason.ACTION_BLOCKED else None


def _minutes(header: str | None) -> int:
    """The longest `estimated_time_to_regain_access` in a usage header."""
    waits = (_number(use.get("estimated_time_to_regain_access")) for use in uses_in(header))
    return min(max([0, *waits]), MINUTES_MAX)


def uses_in(header: str | None) -> list[Mapping[str, Any]]:
    """What a usage header says: {"<id>": [{…}, …]} or one flat object."""
    try:
        usage: Any = json.loads(header or "{}")
    except ValueError:
        return []
    if not isinstance(usage, Mapping):
        return []
    several = [use for uses in usage.values() if isinstance(uses, list) for use in uses]
    return [use for use in (*several, usage) if isinstance(use, Mapping)]


def usage_told(headers: Mapping[str, str]) -> tuple[int, datetime] | None:
    """(per cent of an hour's calls that are used, until when that counts); None where Meta does not say."""
    uses = [use for name in USAGE for use in uses_in(headers.get(name)) if any(part in use for part in PARTS)]
    if not uses:
        return None
    used = min(max(_number(use.get(part)) for use in uses for part in PARTS), PER_CENT_MAX)
    minutes = max(_minutes(headers.get(name)) for name in USAGE)
    rest = timedelta(minutes=minutes) or (REST if used >= 100 else HOUR)
    return used, datetime.now(UTC) + rest


def _number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _no_verdict(wire: "GraphWire", reason: Reason, detail: str) -> ConnectorError:
    return OutcomeUnknown(reason, detail) if wire.in_doubt else Unreachable(reason, detail)
