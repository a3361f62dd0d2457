"""Google's tokens: a refresh token is exchanged for an access token of an hour, which stands for a channel."""

import re
import secrets
from collections.abc import Callable

from sandbox.ledger import Account
from sandbox.wire import Call, Reply, as_json
from sandbox.youtube.refusals import refusal

NAME = "youtube"
REFRESH_TOKEN = re.compile(r"1//([\w.-]+)")
SCOPE = "https://www.googleapis.com/auth/"
ALL = ("youtube.force-ssl", "youtube.upload")
LIFETIME_S = 3599

Own = Callable[[Call, Account], Reply]


def give_token(call: Call) -> Reply:
    """`grant_type=refresh_token`. The first client secret that a channel is asked for with is the right one."""
    form = call.form()
    found = REFRESH_TOKEN.fullmatch(form.get("refresh_token", ""))
    if form.get("grant_type") != "refresh_token" or not form.get("client_id") or not form.get("client_secret"):
        return _no("invalid_request", "Missing or wrong parameter")
    if found is None:
        return _no("invalid_grant", "Token has been expired or revoked.")
    account = call.world.open_account(NAME, found[1])
    account.password = account.password or form["client_secret"]
    if account.password != form["client_secret"]:
        return _no("invalid_client", "The provided client secret is invalid.", 401)
    scopes = ("youtube.readonly",) if form["client_id"].startswith("readonly") else ALL
    token = f"ya29.{secrets.token_urlsafe(24)}"
    call.world.sessions[token] = account
    call.world.details[token] = {"scopes": scopes, "audited": not form["client_id"].startswith("unaudited")}
    granted = " ".join(SCOPE + scope for scope in scopes)
    return as_json({"access_token": token, "expires_in": LIFETIME_S, "scope": granted, "token_type": "Bearer"})


def _no(error: str, words: str, status: int = 400) -> Reply:
    return as_json({"error": error, "error_description": words}, status)


def token_of(call: Call) -> str:
    return call.headers.get("authorization", "").removeprefix("Bearer ")


def own(handler: Own) -> Callable[[Call], Reply]:
    """For the channel whose token is given, where it may."""

    def checked(call: Call) -> Reply:
        account = call.world.sessions.get(token_of(call))
        if account is None or account.platform != NAME:
            return refusal("token-revoked")
        reading = call.method == "GET" and "comment" not in call.path
        if not reading and "youtube.force-ssl" not in call.world.details[token_of(call)]["scopes"]:
            return refusal("permission-missing")
        return handler(call, account)

    return checked
