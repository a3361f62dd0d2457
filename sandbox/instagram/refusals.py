"""How Instagram says no: the words for a fault, for a stranger, and for what is not there."""

from sandbox.instagram.shapes import Json
from sandbox.wire import Reply, as_json

REFUSALS: dict[str, tuple[int, Json]] = {
    "429": (429, {"message": "Too many requests", "status": "fail"}),
    "500": (500, {"message": "Oops, an error occurred.", "status": "fail"}),
    "login-required": (403, {"message": "login_required", "logout_reason": 2, "status": "fail"}),
    "forbidden": (403, {"message": "You are not allowed to do this", "status": "fail"}),  # guess: the words
    "challenge": (
        400,
        {
            "message": "challenge_required",
            "challenge": {
                "url": "https://i.instagram.com/challenge/?next=/api/v1/",
                "api_path": "/challenge/",
                "hide_webview_header": True,
                "lock": True,
                "logout": False,
                "native_flow": True,
            },
            "status": "fail",
        },
    ),
}


def refusal(fault: str) -> Reply:
    """How Instagram words a fault."""
    alike = {"quota": "429", "token-revoked": "login-required", "permission-missing": "forbidden"}
    status, body = REFUSALS["500" if fault.startswith("500") else alike.get(fault, fault)]
    return as_json(body, status)


def refuse(message: str, status: int = 400) -> Reply:
    return as_json({"message": message, "status": "fail"}, status)


GONE = "Media not found or unavailable"
