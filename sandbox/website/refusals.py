"""How WordPress says no."""

from typing import Any

from sandbox.wire import Reply, as_json, as_page

Json = dict[str, Any]

REFUSALS: dict[str, tuple[int, str, str]] = {
    "429": (
        429,
        "",
        "Too Many Requests",
    ),  # a server in front of WordPress says it; WordPress itself knows no such limit
    "quota": (429, "", "Too Many Requests"),
    "500": (500, "internal_server_error", "There has been a critical error on this website."),
    "login-required": (401, "rest_not_logged_in", "You are not currently logged in."),
    "token-revoked": (401, "rest_not_logged_in", "You are not currently logged in."),
    "permission-missing": (403, "rest_cannot_create", "Sorry, you are not allowed to create posts as this user."),
    "challenge": (403, "", "Checking your browser before accessing this website"),  # a firewall's page
}


def refusal(fault: str) -> Reply:
    """How a site words a fault; what stands in front of WordPress speaks no JSON."""
    status, code, words = REFUSALS["500" if fault.startswith("500") else fault]
    return refuse(code, status, words) if code else as_page(f"<html><body>{words}</body></html>", status)


def refuse(code: str, status: int, words: str = "", **more: Any) -> Reply:
    return as_json({"code": code, "message": words or code, "data": {"status": status, **more}}, status)


def bad_parameter(name: str, why: str) -> Reply:
    return refuse("rest_invalid_param", 400, f"Invalid parameter(s): {name}", params={name: why})
