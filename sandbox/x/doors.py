"""Who asks: OAuth 1.0a (four keys, each request signed) or OAuth 2.0 (a bearer token, renewed with a refresh token).

Whose keys they are is told by the access token's beginning: `HANDLE-anything`, as X's own begin with the account's
number; the account appears at its first request. The app is CONSUMER_KEY with CONSUMER_SECRET, and each token's secret
is TOKEN_SECRET; an account's password, where one is set, is another signing key: `CONSUMER_SECRET&TOKEN_SECRET`. What
is not signed by it is refused, as is a refresh token brought by another app.
"""

import base64
import hashlib
import hmac
import time
from collections.abc import Callable
from urllib.parse import parse_qsl, quote, unquote

from sandbox.ledger import Account
from sandbox.wire import Call, Reply, as_json
from sandbox.x.refusals import unauthorized

NAME = "x"
CONSUMER_KEY = "app"
CONSUMER_SECRET = "app-secret"  # noqa: S105  of the stand-in
TOKEN_SECRET = "token-secret"  # noqa: S105
CLOCKS_S = 300
LIFETIME_S = 7200
SCOPE = "tweet.read tweet.write users.read dm.read dm.write media.write tweet.moderate.write offline.access"

Own = Callable[[Call, Account], Reply]


def own(handler: Own) -> Callable[[Call], Reply]:
    """For the account that the request's keys belong to; whoever else asks gets 401."""

    def guarded(call: Call) -> Reply:
        account = who(call)
        return handler(call, account) if account else unauthorized()

    return guarded


def who(call: Call) -> Account | None:
    scheme, _, rest = call.headers.get("authorization", "").partition(" ")
    if scheme == "Bearer":
        return call.world.sessions.get(f"{NAME}:{rest}")
    if scheme != "OAuth":
        return None
    parts = [part.strip().partition("=") for part in rest.split(",")]
    given = {name: unquote(value.strip('"')) for name, _, value in parts}
    handle, at = given.get("oauth_token", "").rpartition("-")[0], given.get("oauth_timestamp", "")
    fresh = at.isdecimal() and abs(int(at) - time.time()) < CLOCKS_S
    known = given.get("oauth_consumer_key") == CONSUMER_KEY and given.get("oauth_signature_method") == "HMAC-SHA1"
    signed = given.pop("oauth_signature", "")
    if not (handle and fresh and known and given.get("oauth_nonce")):
        return None
    account = call.world.account(NAME, handle)
    key = (account and account.password) or f"{CONSUMER_SECRET}&{TOKEN_SECRET}"
    if not hmac.compare_digest(signed.encode(), signature(call, given, key).encode()):
        return None
    return call.world.open_account(NAME, handle)


def signature(call: Call, given: dict[str, str], key: str) -> str:
    """As the specification of OAuth 1.0 (RFC 5849, 3.4) has it."""
    pairs = [*given.items(), *call.query.items()]
    if call.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        pairs += parse_qsl(call.body.decode(), keep_blank_values=True)
    coded = sorted((quote(name, safe="~"), quote(value, safe="~")) for name, value in pairs)
    joined = "&".join(f"{name}={value}" for name, value in coded)
    base = "&".join(quote(part, safe="~") for part in (call.method, f"https://{call.path}", joined))
    return base64.b64encode(hmac.new(key.encode(), base.encode(), hashlib.sha1).digest()).decode()


def renew(call: Call) -> Reply:
    """`/2/oauth2/token`: a refresh token is worth a pair of new ones, once."""
    form = call.form()
    if not of_the_app(call, form):
        return as_json({"error": "unauthorized_client", "error_description": "Missing valid authorization header"}, 401)
    given = form.get("refresh_token", "")
    handle = given.rpartition("-")[0]
    with call.world.lock:
        used = call.world.details.setdefault(f"{NAME}:used", {})
        if form.get("grant_type") != "refresh_token" or not handle or given in used:
            return as_json(
                {"error": "invalid_request", "error_description": "Value passed for the token was invalid."}, 400
            )
        used[given] = True
    account = call.world.open_account(NAME, handle)
    access, refresh = (f"{account.handle}-{call.world.new_id()}" for _ in range(2))
    call.world.sessions[f"{NAME}:{access}"] = account
    answer = {"token_type": "bearer", "expires_in": LIFETIME_S, "access_token": access, "scope": SCOPE}
    return as_json(answer | {"refresh_token": refresh})


def of_the_app(call: Call, form: dict[str, str]) -> bool:
    """An app that keeps a secret shows it (HTTP Basic), one that can keep none says its name."""
    scheme, _, rest = call.headers.get("authorization", "").partition(" ")
    if scheme != "Basic":
        return form.get("client_id") == CONSUMER_KEY
    try:
        return base64.b64decode(rest, validate=True) == f"{CONSUMER_KEY}:{CONSUMER_SECRET}".encode()
    except ValueError:
        return False
