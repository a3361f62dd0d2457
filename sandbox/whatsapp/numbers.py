"""Business numbers, their tokens, and how the Cloud API says no."""

import re
from collections.abc import Callable
from typing import Any

from sandbox.ledger import Account
from sandbox.wire import Call, Handler, Reply, as_json

PLATFORM_NAME = "whatsapp"
HOST = "web.whatsapp.com"
TOKEN = re.compile(rf"Bearer EAA\.{PLATFORM_NAME}\.(\d+)")
SCOPES = ("whatsapp_business_messaging", "whatsapp_business_management")

OwnHandler = Callable[[Call, Account], Reply]


def refuse(code: int, message: str, details: str = "", status: int = 400, subcode: int = 0) -> Reply:
    error: dict[str, Any] = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "Atiruan"}
    if details:
        error["error_data"] = {"messaging_product": "whatsapp", "details": details}
    if subcode:
        error["error_subcode"] = subcode
    return as_json({"error": error}, status)


REFUSALS: dict[str, Reply] = {
    "429": refuse(130429, "(#130429) Rate limit hit", "Message failed to send because there were too many messages."),
    "quota": refuse(80007, "(#80007) The WhatsApp Business Account has reached its rate limit."),
    "500": as_json({"error": {"message": "Service unavailable", "type": "OAuthException", "code": 2}}, 503),
    "login-required": refuse(190, "Error validating access token: Session has expired.", status=401, subcode=463),
    "token-revoked": refuse(190, "Error validating access token.", status=401, subcode=458),
    "challenge": refuse(131031, "(#131031) Business Account locked", "The account was locked.", 403),
    "permission-missing": refuse(10, "(#10) Application does not have permission for this action", status=403),
}


def refusal(fault: str) -> Reply:
    return REFUSALS["500" if fault.startswith("500") else fault]


def phone_id(account: Account) -> str:
    return f"10{account.handle}"


def own(handler: OwnHandler) -> Handler:
    """The handler for calls with a token that holds, about the number that it is for."""

    def answer(call: Call) -> Reply:
        bearer = call.headers.get("authorization", "")
        match = TOKEN.fullmatch(bearer)
        if match is None:
            return refuse(190, f"Invalid OAuth access token - {bearer.removeprefix('Bearer ')}", status=401)
        account = call.world.open_account(PLATFORM_NAME, match[1])
        if len(call.found) > 1 and call.found[1] != phone_id(account):
            words = f"Unsupported request. Object with ID '{call.found[1]}' does not exist"
            return refuse(100, words, subcode=33)
        return handler(call, account)

    return answer


def own_media(handler: OwnHandler) -> Handler:
    """The same for a file: its address names no business number."""

    def answer(call: Call) -> Reply:
        match = TOKEN.fullmatch(call.headers.get("authorization", ""))
        if match is None:
            return refuse(190, "Invalid OAuth access token", status=401)
        return handler(call, call.world.open_account(PLATFORM_NAME, match[1]))

    return answer


def show_number(call: Call, account: Account) -> Reply:
    whole = {
        "id": phone_id(account),
        "display_phone_number": f"+{account.handle[:2]} {account.handle[2:5]}-{account.handle[5:]}",
        "verified_name": account.name,
        "quality_rating": "GREEN",
        "code_verification_status": "VERIFIED",
        "platform_type": "CLOUD_API",
        "throughput": {"level": "STANDARD"},
    }
    fields = call.query.get("fields", "").split(",")
    return as_json({name: value for name, value in whole.items() if name == "id" or name in fields or fields == [""]})


def show_token(call: Call, account: Account) -> Reply:
    known = TOKEN.fullmatch(f"Bearer {call.query.get('input_token', '')}") is not None
    told = {"type": "SYSTEM_USER", "is_valid": known, "expires_at": 0, "scopes": list(SCOPES) if known else []}
    return as_json({"data": told})
