"""The border: what instagrapi raises, in the product's own five kinds of error.

Lost connections, 5xx and 408 never get this far: `connectors.sessions` names them. What is left are answers.
A class of instagrapi's that says one thing is named in TABLE; the others (UnknownError, ClientError, "not uploaded" …)
only say that the platform refused, and their answer's own words and status tell why.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import requests
from instagrapi import exceptions as theirs

from connectors.errors import ConnectorError, LoginNeeded, OutcomeUnknown, RateLimited, Reason, Refused, Unreachable
from connectors.sessions import Wire, never_opened

ACTION_BLOCK = timedelta(hours=6)
"""How long an account rests after an action block. Instagram names no time; it lasts hours to days."""

Ours = tuple[type[ConnectorError], Reason]

TABLE: dict[type[Exception], Ours] = {
    # A person is needed.
    theirs.LoginRequired: (LoginNeeded, Reason.SESSION_EXPIRED),
    theirs.ClientLoginRequired: (LoginNeeded, Reason.SESSION_EXPIRED),
    theirs.ClientUnauthorizedError: (LoginNeeded, Reason.SESSION_EXPIRED),
    theirs.ReloginAttemptExceeded: (LoginNeeded, Reason.LOGIN_REFUSED),
    theirs.BadPassword: (LoginNeeded, Reason.BAD_PASSWORD),
    theirs.BadCredentials: (LoginNeeded, Reason.BAD_PASSWORD),
    theirs.ResetPasswordError: (LoginNeeded, Reason.BAD_PASSWORD),
    theirs.TwoFactorRequired: (LoginNeeded, Reason.TWO_FACTOR),
    theirs.ChallengeError: (LoginNeeded, Reason.CHALLENGE),
    theirs.CaptchaChallengeRequired: (LoginNeeded, Reason.CHALLENGE),
    theirs.AccountContactPointRequired: (LoginNeeded, Reason.CHALLENGE),
    theirs.EmailVerificationSendError: (LoginNeeded, Reason.CHALLENGE),
    theirs.AgeEligibilityError: (LoginNeeded, Reason.CHALLENGE),
    theirs.AccountSuspended: (LoginNeeded, Reason.SUSPENDED),
    # Raised for "The username you entered doesn't appear to belong to an account": a wrong name as often as a block.
    theirs.ProxyAddressIsBlocked: (LoginNeeded, Reason.LOGIN_REFUSED),
    theirs.ClientNeedsUpgradeError: (LoginNeeded, Reason.LIBRARY_OUTDATED),
    # Too fast.
    theirs.FeedbackRequired: (RateLimited, Reason.ACTION_BLOCKED),
    theirs.SentryBlock: (RateLimited, Reason.ACTION_BLOCKED),
    theirs.PleaseWaitFewMinutes: (RateLimited, Reason.TOO_FAST),
    theirs.ClientThrottledError: (RateLimited, Reason.TOO_FAST),
    theirs.RateLimitError: (RateLimited, Reason.TOO_FAST),
    # A no to this one item.
    theirs.NotFoundError: (Refused, Reason.NOT_FOUND),
    theirs.ClientNotFoundError: (Refused, Reason.NOT_FOUND),
    theirs.InvalidMediaId: (Refused, Reason.NOT_FOUND),
    theirs.MediaUnavailable: (Refused, Reason.NOT_FOUND),
    theirs.CommentUnavailable: (Refused, Reason.NOT_FOUND),
    theirs.CommentNotFound: (Refused, Reason.NOT_FOUND),
    theirs.CommentsDisabled: (Refused, Reason.COMMENTS_CLOSED),
    theirs.DirectMessageRequestsDisabled: (Refused, Reason.MESSAGES_CLOSED),
    theirs.InvalidTargetUser: (Refused, Reason.MESSAGES_CLOSED),
    theirs.PrivateAccount: (Refused, Reason.NO_PERMISSION),
    theirs.VideoTooLongException: (Refused, Reason.MEDIA_REFUSED),
    theirs.AlbumUnknownFormat: (Refused, Reason.MEDIA_REFUSED),
}

TELLING: dict[str, Ours] = {
    # Words in an answer (its error_type, its message), where the class says nothing. The first that fits counts.
    "two_factor": (LoginNeeded, Reason.TWO_FACTOR),
    "bad_password": (LoginNeeded, Reason.BAD_PASSWORD),
    "checkpoint_required": (LoginNeeded, Reason.CHALLENGE),
    "challenge_required": (LoginNeeded, Reason.CHALLENGE),
    "consent_required": (LoginNeeded, Reason.CHALLENGE),
    "login_required": (LoginNeeded, Reason.SESSION_EXPIRED),
    "user_has_logged_out": (LoginNeeded, Reason.SESSION_EXPIRED),
    "inactive user": (LoginNeeded, Reason.SUSPENDED),
    "needs_upgrade": (LoginNeeded, Reason.LIBRARY_OUTDATED),
    "feedback_required": (RateLimited, Reason.ACTION_BLOCKED),
    "sentry_block": (RateLimited, Reason.ACTION_BLOCKED),
    "rate_limit_error": (RateLimited, Reason.TOO_FAST),
    "please wait a few minutes": (RateLimited, Reason.TOO_FAST),
    "commenting_is_off": (Refused, Reason.COMMENTS_CLOSED),
    "comments on this post": (Refused, Reason.COMMENTS_CLOSED),
    "media_needs_reupload": (Refused, Reason.MEDIA_REFUSED),
    "bad image input": (Refused, Reason.MEDIA_REFUSED),
    "media is unavailable": (Refused, Reason.NOT_FOUND),
    "media not found": (Refused, Reason.NOT_FOUND),
    "has been deleted": (Refused, Reason.NOT_FOUND),
}

STATUS: dict[int, Ours] = {
    401: (LoginNeeded, Reason.SESSION_EXPIRED),
    403: (Refused, Reason.NO_PERMISSION),
    404: (Refused, Reason.NOT_FOUND),
    413: (Refused, Reason.MEDIA_REFUSED),
    415: (Refused, Reason.MEDIA_REFUSED),
    429: (RateLimited, Reason.TOO_FAST),
}


@contextmanager
def border(wire: Wire) -> Iterator[None]:
    """Around every call of instagrapi: only our own errors come out (`Wire.write` restores what `remember` raised)."""
    try:
        yield
    except ConnectorError:
        raise
    except Exception as error:
        raise translated(error, wire) from error


def translated(error: Exception, wire: Wire) -> ConnectorError:
    """`error` in our words. Where nothing tells, a write that left is of unknown outcome."""
    answer = _answer(error)
    detail = f"{type(error).__name__} {answer}".strip()
    if isinstance(error, theirs.ClientJSONDecodeError) or not isinstance(error, theirs.ClientError):
        return _no_verdict(error, wire, detail)
    found = _named(error) or _told(answer) or STATUS.get(error.code or 0)
    if found is None and isinstance(error, theirs.ClientConnectionError):
        return _no_verdict(error, wire, detail)
    if found is None and not answer and not error.code:
        return _no_verdict(error, wire, detail)
    return _made(*(found or (Refused, Reason.REFUSED)), detail)


def _named(error: Exception) -> Ours | None:
    return next((TABLE[kind] for kind in type(error).__mro__ if kind in TABLE), None)


def _told(answer: str) -> Ours | None:
    return next((ours for word, ours in TELLING.items() if word in answer.casefold()), None)


def _made(kind: type[ConnectorError], reason: Reason, detail: str) -> ConnectorError:
    if kind is RateLimited:
        until = datetime.now(UTC) + ACTION_BLOCK if reason is Reason.ACTION_BLOCKED else None
        return RateLimited(reason, detail, until)
    return kind(reason, detail)


def _no_verdict(error: Exception, wire: Wire, detail: str) -> ConnectorError:
    """An answer that nobody can read, or a library that stumbled over one."""
    if wire.left:
        return OutcomeUnknown(Reason.UNREADABLE, detail)
    if never_opened(error):
        return Unreachable(Reason.OFFLINE, detail)
    return Unreachable(Reason.UNREADABLE, detail)


def _answer(error: Exception) -> str:
    """What the platform itself said, short: its status, error type and message. Addresses and tokens are not in it."""
    response = getattr(error, "response", None)
    status, told = "", vars(error)
    if isinstance(response, requests.Response):
        status, told = f"HTTP {response.status_code}", _json_object(response)
    words = [
        status,
        *(str(told.get(key) or "") for key in ("error_type", "error_title", "message", "feedback_message")),
    ]
    return " ".join(word[:160] for word in words if word)


def _json_object(response: requests.Response) -> dict[str, object]:
    try:
        said = response.json()
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
