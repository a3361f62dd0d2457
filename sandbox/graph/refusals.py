"""How the Graph says no: the words for a fault, for a bad token, and for what is not there."""

import json
from dataclasses import replace

from sandbox.wire import Reply, as_json


def refuse(code: int, message: str, subcode: int = 0, status: int = 400, kind: str = "OAuthException") -> Reply:
    error: dict[str, object] = {"message": message, "type": kind, "code": code, "fbtrace_id": "Atiruan"}
    if subcode:
        error["error_subcode"] = subcode
    return as_json({"error": error}, status)


def gone(what: str) -> Reply:
    words = f"Unsupported request. Object with ID '{what}' does not exist, cannot be loaded due to missing permissions"
    return refuse(100, words, 33, kind="GraphMethodException")


def no_permission(name: str) -> Reply:
    return refuse(200, f"(#200) Requires {name} permission to manage the object", status=403)


def bad_token(why: str, subcode: int, token: str = "") -> Reply:
    """Meta quotes a token it can't read."""
    return refuse(190, f"Error validating access token: {why} {token}".strip(), subcode, 401)


REFUSALS: dict[str, Reply] = {
    "429": refuse(32, "(#32) Page request limit reached", status=403),
    "500": as_json(
        {"error": {"message": "An unknown error occurred", "type": "OAuthException", "code": 1, "is_transient": True}},
        500,
    ),
    "login-required": bad_token("Session has expired.", 463),
    "token-revoked": bad_token("The user has not authorized application 1200.", 458),
    "challenge": bad_token("You cannot access the app till you log in to www.facebook.com.", 459),
    "permission-missing": no_permission("pages_manage_posts"),
    "quota": refuse(4, "(#4) Application request limit reached", status=403),
}
INSTAGRAM = {"quota": refuse(9, "Application request limit reached", 2207042, 403)}
MINUTES = 7
"""Until we are let in again, as the usage header says it."""


def refusal(fault: str) -> Reply:
    """How Facebook words a fault."""
    return _worded("500" if fault.startswith("500") else fault, REFUSALS)


def instagram_refusal(fault: str) -> Reply:
    return _worded("500" if fault.startswith("500") else fault, REFUSALS | INSTAGRAM)


def _worded(fault: str, words: dict[str, Reply]) -> Reply:
    reply = words[fault]
    if fault not in ("429", "quota"):
        return reply
    use = {"type": "pages", "call_count": 100, "total_cputime": 25, "total_time": 25}
    header = json.dumps({"60000001009": [use | {"estimated_time_to_regain_access": MINUTES}]})
    return replace(reply, headers={"X-Business-Use-Case-Usage": header})
