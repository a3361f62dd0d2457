"""The border: what the Cloud API answers, in the product's own five kinds of error.

Lost connections, 5xx and 408 never get this far: `connectors.sessions` names them. The same codes come in webhooks
about messages that failed after they were accepted (`reason_of`).
Source: WhatsApp's page "Cloud API error codes"; pywa's `errors.py` names the same ones.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from pywa.errors import WhatsAppError

from connectors.errors import ConnectorError, LoginNeeded, OutcomeUnknown, RateLimited, Reason, Refused, Unreachable
from connectors.sessions import Wire

REST = {131048: timedelta(hours=6), 131056: timedelta(minutes=5), 131064: timedelta(hours=24)}
"""WhatsApp says of no limit how long it lasts. 131056 is a pair's: too much to one person at once."""

Ours = tuple[type[ConnectorError], Reason]

CODES: dict[int, Ours] = {
    0: (LoginNeeded, Reason.SESSION_EXPIRED),
    3: (LoginNeeded, Reason.NO_PERMISSION),
    4: (RateLimited, Reason.TOO_FAST),
    10: (LoginNeeded, Reason.NO_PERMISSION),
    33: (LoginNeeded, Reason.WRONG_ACCOUNT),
    190: (LoginNeeded, Reason.SESSION_EXPIRED),
    368: (LoginNeeded, Reason.SUSPENDED),
    80007: (RateLimited, Reason.TOO_FAST),
    130429: (RateLimited, Reason.TOO_FAST),
    130472: (Refused, Reason.MESSAGES_CLOSED),  # Meta keeps this person from our messages for a trial of its own
    130497: (Refused, Reason.MESSAGES_CLOSED),  # not to people of that country
    131005: (LoginNeeded, Reason.NO_PERMISSION),
    131008: (Refused, Reason.REFUSED),  # something in our request is missing …
    131009: (Refused, Reason.REFUSED),  # … or wrong
    131021: (Refused, Reason.MESSAGES_CLOSED),  # to ourselves
    131026: (Refused, Reason.MESSAGES_CLOSED),  # no WhatsApp there, or an old one
    131030: (Refused, Reason.MESSAGES_CLOSED),  # a test number writes to five people only
    131031: (LoginNeeded, Reason.SUSPENDED),
    131037: (LoginNeeded, Reason.LOGIN_REFUSED),  # the number's name is not approved yet
    131042: (LoginNeeded, Reason.NO_CREDIT),
    131044: (LoginNeeded, Reason.NO_CREDIT),
    131045: (LoginNeeded, Reason.LOGIN_REFUSED),  # the number's certificate
    131047: (Refused, Reason.WINDOW_OVER),
    131048: (RateLimited, Reason.ACTION_BLOCKED),
    131049: (Refused, Reason.MESSAGES_CLOSED),  # Meta thinks that this person gets too much of the kind
    131050: (Refused, Reason.MESSAGES_CLOSED),  # they want none of the kind
    131051: (Refused, Reason.MEDIA_REFUSED),
    131052: (Refused, Reason.MEDIA_REFUSED),
    131053: (Refused, Reason.MEDIA_REFUSED),
    131056: (RateLimited, Reason.TOO_FAST),
    131057: (Unreachable, Reason.SERVER_ERROR),  # the account is being worked on
    131062: (Refused, Reason.MESSAGES_CLOSED),  # a person without a telephone number
    131063: (Refused, Reason.TEMPLATE_REFUSED),
    131064: (RateLimited, Reason.TOO_FAST),
    132018: (Refused, Reason.TEXT_REFUSED),  # line ends or too many blanks in a template's gap
    133010: (LoginNeeded, Reason.LOGIN_REFUSED),  # the number is not registered
    133016: (RateLimited, Reason.TOO_FAST),
    137000: (Refused, Reason.MESSAGES_CLOSED),  # the person has another telephone now
} | dict.fromkeys((132000, 132001, 132005, 132007, 132008, 132012, 132015, 132016), (Refused, Reason.TEMPLATE_REFUSED))
CODES |= dict.fromkeys(range(200, 300), (LoginNeeded, Reason.NO_PERMISSION))

NO_VERDICT = frozenset({1, 2, 131000, 131016, 135000})
"""WhatsApp's own trouble: how far it had come is not said."""

GONE = 33
"""The subcode of 100 for a number that this token can't see."""

SECRETS = re.compile(r"EA[A-Z][\w.|-]{4,}|Bearer \S+|(?:access_token|input_token)=[^&\s]+")


@contextmanager
def border(wire: Wire, token: str) -> Iterator[None]:
    """Around every call of the library: only `connectors.errors` and what stopped the write come out."""
    try:
        yield
    except ConnectorError as error:
        raise error from None
    except Exception as error:
        if error is wire.stopped:
            raise
        raise translated(error, wire, token) from None


def translated(error: Exception, wire: Wire, token: str = "") -> ConnectorError:
    """`error` in our words. Where nothing tells, a write that left is of unknown outcome."""
    if not isinstance(error, WhatsAppError):
        return _no_verdict(wire, Reason.UNREADABLE, type(error).__name__)
    detail = f"{error.code}/{error.subcode or 0} {scrubbed(str(error.message), token)[:160]}"
    if error.code in NO_VERDICT or (error.is_transient and error.code not in CODES):
        return _no_verdict(wire, Reason.SERVER_ERROR, detail)
    gone = error.code == 100 and error.subcode == GONE
    kind, reason = CODES.get(GONE if gone else error.code, (Refused, Reason.REFUSED))
    if kind is RateLimited:
        rest = REST.get(error.code)
        return RateLimited(reason, detail, datetime.now(UTC) + rest if rest else None)
    return kind(reason, detail)


def reason_of(code: object) -> Reason:
    """Why a message failed on its way, by the code in a webhook."""
    return CODES.get(code, (Refused, Reason.REFUSED))[1] if isinstance(code, int) else Reason.REFUSED


def scrubbed(text: str, token: str) -> str:
    return SECRETS.sub("…", text.replace(token, "…") if token else text)


def _no_verdict(wire: Wire, reason: Reason, detail: str) -> ConnectorError:
    return OutcomeUnknown(reason, detail) if wire.left else Unreachable(reason, detail)
