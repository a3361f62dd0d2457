"""How X says no: a problem (RFC 7807) with a type, a title and words. X gives one status for very different things."""

import json
import time
from collections.abc import Mapping

from sandbox.wire import Call, Reply

PROBLEMS = "https://api.twitter.com/2/problems"
WINDOW_S = 900
DAY_S = 86_400
LIMIT = 300


def problem(status: int, title: str, detail: str, kind: str = "about:blank", **more: object) -> Reply:
    body = {"title": title, "detail": detail, "type": kind, "status": status, **more}
    return said(body, limits())


def said(body: Mapping[str, object], headers: Mapping[str, str]) -> Reply:
    return Reply(int(str(body["status"])), json.dumps(body).encode(), "application/problem+json", headers)


def limits(left: int = LIMIT - 1, day_left: int | None = None) -> dict[str, str]:
    """The headers by which X says how much is left, and from when (Unix time) there is more."""
    now = int(time.time())
    said = {"x-rate-limit-limit": LIMIT, "x-rate-limit-remaining": left, "x-rate-limit-reset": now + WINDOW_S}
    if day_left is not None:
        said |= {"x-user-limit-24hour-limit": 100, "x-user-limit-24hour-remaining": day_left}
        said |= {"x-user-limit-24hour-reset": now + DAY_S // 2}
    return {name: str(value) for name, value in said.items()}


def too_many(day: bool = False) -> Reply:
    body = {"title": "Too Many Requests", "detail": "Too Many Requests", "type": "about:blank", "status": 429}
    return said(body, limits(LIMIT - 1, 0) if day else limits(0))


def refusal(fault: str) -> Reply:
    """How X words a fault."""
    if fault in ("429", "quota"):
        return too_many(day=fault == "quota")
    if fault in ("login-required", "token-revoked"):
        return unauthorized()
    if fault == "challenge":  # guess: the words, after version 1.1's error 326
        detail = "To protect our users from spam, this account is temporarily locked. Please log in to unlock it."
        return problem(403, "Forbidden", detail)
    if fault == "permission-missing":
        detail = "Your client app is not configured with the appropriate oauth1 app permissions for this endpoint."
        return problem(403, "Forbidden", detail, f"{PROBLEMS}/oauth1-permissions")
    return problem(503, "Service Unavailable", "Service Unavailable")


def unauthorized() -> Reply:
    return problem(401, "Unauthorized", "Unauthorized")


def invalid(message: str) -> Reply:
    """One of the request's parameters makes no sense."""
    errors = [{"message": message, "parameters": {}}]
    detail = "One or more parameters to your request was invalid."
    return problem(400, "Invalid Request", detail, f"{PROBLEMS}/invalid-request", errors=errors)


def forbidden(detail: str) -> Reply:
    return problem(403, "Forbidden", detail)


def missing(call: Call, number: str, what: str = "tweet") -> Reply:
    about = not_found(number, what, "id")
    return problem(404, about.pop("title"), about.pop("detail"), about.pop("type"), **about)


def not_found(number: str, what: str = "tweet", parameter: str = "ids") -> dict[str, str]:
    """As it stands among the "errors" of an answer about several things."""
    return {
        "title": "Not Found Error",
        "detail": f"Could not find {what} with {parameter}: [{number}].",
        "type": f"{PROBLEMS}/resource-not-found",
        "parameter": parameter,
        "resource_id": number,
        "resource_type": what,
        "value": number,
    }


DUPLICATE = "You are not allowed to create a Tweet with duplicate content."
GONE = "You attempted to reply to a Tweet that is deleted or not visible to you."
# Guess: the words; the rule itself (since 2026-02-24) is reported by several.
UNASKED = (
    "Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by the author "
    "of the post you are replying to."
)
NO_MESSAGES = "You do not have permission to DM one or more participants."
