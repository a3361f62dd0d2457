"""Who asks: OAuth 1.0a (four keys, each request signed) or OAuth 2.0 (a bearer token, renewed with a refresh token).

Whose keys they are is told by the access token's beginning: `HANDLE-anything`, as X's own begin with the account's
number; the account appears at its first request. The signature is held against the account's password where one is
set: `CONSUMER_SECRET&TOKEN_SECRET`, OAuth's own signing key. Without one any signature is taken that looks like one.
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
    handle = given.get("oauth_token", "").rpartition("-")[0]
    fresh = abs(int(given.get("oauth_timestamp") or 0) - time.time()) < CLOCKS_S
    complete = given.get("oauth_consumer_key") and given.get("oauth_nonce") and given.get("oauth_signature")
    if not (handle and fresh and complete and given.get("oauth_signature_method") == "HMAC-SHA1"):
        return None
    account = call.world.open_account(NAME, handle)
    if account.password and given.pop("oauth_signature") != signature(call, given, account.password):
        return None
    return account


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
