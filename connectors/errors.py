"""Everything that can go wrong between us and a platform, in five kinds.

    ConnectorError
    ├── LoginNeeded       the platform wants a person: password, code, challenge → the account turns red
    ├── RateLimited       too fast: nothing was done; the account's lane rests `until`
    ├── Refused           a definite no to this one item: sending it again changes nothing
    ├── Unreachable       surely not done (the connection never opened): it may be sent again
    └── OutcomeUnknown    it may have been done: read back first, never just send again

A connector maps every foreign exception to one of these at its border, by the rule: connection never opened →
Unreachable; bytes sent but no verdict (read timeout, dropped connection, any 5xx, an unreadable 2xx) →
OutcomeUnknown for a write and Unreachable for a read; a 4xx with a parsed error → one of the other three.

An error carries a `Reason`, never words for people: `connectors/explain.py` holds those, in both languages.
`detail` is for the log and must hold no secret: no token, no password, no address with a query.
"""

from datetime import datetime
from enum import StrEnum


class Reason(StrEnum):
    """Why, in the product's own terms; stable, because rows keep it."""

    BAD_PASSWORD = "bad_password"  # noqa: S105
    TWO_FACTOR = "two_factor"
    CHALLENGE = "challenge"
    SESSION_EXPIRED = "session_expired"
    SUSPENDED = "suspended"
    ACTION_BLOCKED = "action_blocked"
    LOGIN_REFUSED = "login_refused"
    APP_REFUSED = "app_refused"
    NO_CHANNEL = "no_channel"
    NO_WORDPRESS = "no_wordpress"
    WRONG_ACCOUNT = "wrong_account"
    CONNECTED_ALREADY = "connected_already"
    DISCONNECTED = "disconnected"
    NO_PERMISSION = "no_permission"
    FIREWALL = "firewall"
    NO_CREDIT = "no_credit"
    TOO_FAST = "too_fast"
    QUOTA_SPENT = "quota_spent"
    NOT_FOUND = "not_found"
    COMMENTS_CLOSED = "comments_closed"
    MESSAGES_CLOSED = "messages_closed"
    REPLY_BY_HAND = "reply_by_hand"
    WINDOW_OVER = "window_over"
    ANSWER_TOO_LATE = "answer_too_late"
    TEMPLATE_REFUSED = "template_refused"
    MEDIA_REFUSED = "media_refused"
    MEDIA_UNREACHABLE = "media_unreachable"
    TEXT_REFUSED = "text_refused"
    UNSUPPORTED = "unsupported"
    STAYS_PRIVATE = "stays_private"
    DUPLICATE = "duplicate"
    LIBRARY_OUTDATED = "library_outdated"
    REFUSED = "refused"
    OFFLINE = "offline"
    TIMEOUT = "timeout"
    DROPPED = "dropped"
    SERVER_ERROR = "server_error"
    UNREADABLE = "unreadable"
    FROZEN = "frozen"


class ConnectorError(Exception):
    """The root: catch this at the border of `connectors/`."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason
        self.detail = detail


class LoginNeeded(ConnectorError):
    """Only a person can go on: nothing was done, and nothing more is tried until they did."""


class RateLimited(ConnectorError):
    """Nothing was done. `until` is when the platform lets us in again (UTC), None where it does not say.
    `posts_only`: it is posts that are used up; answers go on."""

    def __init__(
        self,
        reason: Reason = Reason.TOO_FAST,
        detail: str = "",
        until: datetime | None = None,
        *,
        posts_only: bool = False,
    ) -> None:
        super().__init__(reason, detail)
        self.until = until
        self.posts_only = posts_only


class Refused(ConnectorError):
    """The platform said no to this item, and would say it again."""


class Unreachable(ConnectorError):
    """Nothing was done; trying again later is safe."""


class OutcomeUnknown(ConnectorError):
    """A write may have happened. Only reading the account back can tell."""
