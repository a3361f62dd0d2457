"""The border: what googleapiclient and google-auth raise, in the product's own five kinds of error.

Lost connections, 5xx and 408 never get this far: `connectors.sessions` names them. Of an answer that says no, the
machine-readable `reason` counts, then its status. Addresses are left out of every detail: an upload's is a secret.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from google.auth.exceptions import RefreshError
from googleapiclient.errors import HttpError

from connectors.errors import ConnectorError, LoginNeeded, OutcomeUnknown, RateLimited, Reason, Refused, Unreachable
from connectors.sessions import Wire
from connectors.youtube.quota import next_midnight

Ours = tuple[type[ConnectorError], Reason]

TABLE: dict[str, Ours] = {
    # A person is needed. (docs: youtube/v3/docs/errors, and OAuth 2.0's own words)
    "invalid_grant": (LoginNeeded, Reason.SESSION_EXPIRED),  # refresh token revoked, expired, or 7 days in testing
    "invalid_client": (LoginNeeded, Reason.APP_REFUSED),  # client id or secret
    "unauthorized_client": (LoginNeeded, Reason.APP_REFUSED),
    "deleted_client": (LoginNeeded, Reason.BAD_PASSWORD),
    "authError": (LoginNeeded, Reason.SESSION_EXPIRED),
    "required": (LoginNeeded, Reason.SESSION_EXPIRED),
    "youtubeSignupRequired": (LoginNeeded, Reason.NO_CHANNEL),  # a Google account without a channel
    "authenticatedUserNotChannel": (LoginNeeded, Reason.NO_CHANNEL),
    "ineligibleAccount": (LoginNeeded, Reason.NO_CHANNEL),
    "authenticatedUserAccountClosed": (LoginNeeded, Reason.SUSPENDED),
    "authenticatedUserAccountSuspended": (LoginNeeded, Reason.SUSPENDED),
    "channelClosed": (LoginNeeded, Reason.SUSPENDED),
    "channelSuspended": (LoginNeeded, Reason.SUSPENDED),
    "insufficientPermissions": (LoginNeeded, Reason.NO_PERMISSION),  # the token lacks the scope
    "accessNotConfigured": (LoginNeeded, Reason.NO_PERMISSION),  # the API is switched off in the project
    # Too much.
    "quotaExceeded": (RateLimited, Reason.TOO_FAST),
    "dailyLimitExceeded": (RateLimited, Reason.TOO_FAST),
    "uploadLimitExceeded": (RateLimited, Reason.TOO_FAST),
    "rateLimitExceeded": (RateLimited, Reason.TOO_FAST),
    "userRateLimitExceeded": (RateLimited, Reason.TOO_FAST),
    "uploadRateLimitExceeded": (RateLimited, Reason.TOO_FAST),
    # A no to this one item.
    "forbidden": (Refused, Reason.NO_PERMISSION),
    "forbiddenPrivacySetting": (Refused, Reason.NO_PERMISSION),
    "commentsDisabled": (Refused, Reason.COMMENTS_CLOSED),
    "parentCommentIsPrivate": (Refused, Reason.COMMENTS_CLOSED),
    "commentNotFound": (Refused, Reason.NOT_FOUND),
    "commentThreadNotFound": (Refused, Reason.NOT_FOUND),
    "parentCommentNotFound": (Refused, Reason.NOT_FOUND),
    "videoNotFound": (Refused, Reason.NOT_FOUND),
    "channelNotFound": (Refused, Reason.NOT_FOUND),
    "playlistNotFound": (Refused, Reason.NOT_FOUND),
    "commentTextRequired": (Refused, Reason.TEXT_REFUSED),
    "commentTextTooLong": (Refused, Reason.TEXT_REFUSED),
    "invalidCommentMetadata": (Refused, Reason.TEXT_REFUSED),
    "invalidTitle": (Refused, Reason.TEXT_REFUSED),
    "invalidDescription": (Refused, Reason.TEXT_REFUSED),
    "invalidTags": (Refused, Reason.TEXT_REFUSED),
    "invalidImage": (Refused, Reason.MEDIA_REFUSED),
    "mediaBodyRequired": (Refused, Reason.MEDIA_REFUSED),
    "operationNotSupported": (Refused, Reason.UNSUPPORTED),
}

STATUS: dict[int, Ours] = {
    401: (LoginNeeded, Reason.SESSION_EXPIRED),
    403: (Refused, Reason.NO_PERMISSION),
    404: (Refused, Reason.NOT_FOUND),
    410: (Refused, Reason.NOT_FOUND),
    413: (Refused, Reason.MEDIA_REFUSED),
    429: (RateLimited, Reason.TOO_FAST),
}

UNTIL: dict[str, Callable[[datetime], datetime]] = {
    "quotaExceeded": next_midnight,
    "dailyLimitExceeded": next_midnight,
    "uploadLimitExceeded": lambda now: now + timedelta(days=1),
}
"""Limits whose end is known."""


@contextmanager
def border(wire: Wire) -> Iterator[None]:
    """Around every call of Google's libraries: only `connectors.errors` come out, and what stopped a write."""
    try:
        yield
    except ConnectorError:
        raise
    except Exception as error:
        if error is wire.stopped:
            raise
        raise translated(error, wire) from error


def translated(error: Exception, wire: Wire) -> ConnectorError:
    """`error` in our words. Where nothing tells, a write that left is of unknown outcome."""
    if isinstance(error, HttpError) and 400 <= error.status_code < 500:
        reason, message = told(error.content)
        return made(reason, error.status_code, f"HTTP {error.status_code} {reason} {message}".strip())
    if isinstance(error, RefreshError):
        said = next((one for one in error.args if isinstance(one, dict)), {})
        if reason := str(said.get("error") or ""):
            kind, ours = TABLE.get(reason) or (LoginNeeded, Reason.LOGIN_REFUSED)
            return kind(ours, f"token: {reason} {said.get('error_description') or ''}"[:200].strip())
    detail = f"HTTP {error.status_code}" if isinstance(error, HttpError) else type(error).__name__
    return OutcomeUnknown(Reason.UNREADABLE, detail) if wire.left else Unreachable(Reason.UNREADABLE, detail)


def made(reason: str, status: int, detail: str) -> ConnectorError:
    kind, ours = TABLE.get(reason) or STATUS.get(status) or (Refused, Reason.REFUSED)
    if kind is RateLimited:
        until = UNTIL[reason](datetime.now(UTC)) if reason in UNTIL else None
        return RateLimited(ours, detail, until, posts_only=reason == "uploadLimitExceeded")
    return kind(ours, detail)


def told(content: bytes) -> tuple[str, str]:
    """The reason and the words of Google's error answer; empty where it is none."""
    try:
        error: Any = json.loads(content)["error"]
        first = (error.get("errors") or [{}])[0]
        return str(first.get("reason") or ""), str(error.get("message") or "")[:160]
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        return "", ""
