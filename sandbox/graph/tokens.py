"""Who asks: a token names its account here, and the account appears at its first use.

`EAA.facebook.HANDLE` is a Page's token, `EAA.instagram_graph.HANDLE` the token of the Page behind an Instagram
account, `EAU.…` a person's who looks after that Page; a token given by `/_sandbox/accounts` as `password` will do,
too. Any other is refused, as the real ones are that nobody knows. The app is APP_ID with APP_SECRET.
"""

import hashlib
import hmac
import re
from collections.abc import Callable

from sandbox.graph.asked import form_of, pick, token_of, wanted
from sandbox.graph.refusals import bad_token, no_permission, refuse
from sandbox.ledger import Account
from sandbox.wire import Call, Handler, Reply, as_json

FACEBOOK = "facebook"
INSTAGRAM = "instagram_graph"
APP_ID = "1200"
APP_SECRET = "rahasia-aplikasi-tiruan"  # noqa: S105  of the stand-in
VERSIONS = ("v23.0", "v24.0", "v25.0", "v26.0")
TOKEN = re.compile(rf"EA([AU])\.({FACEBOOK}|{INSTAGRAM})\.([\w.]+)")
SCOPES = {
    FACEBOOK: (
        "pages_show_list",
        "pages_read_engagement",
        "pages_read_user_content",
        "pages_manage_posts",
        "pages_manage_engagement",
        "pages_messaging",
    ),
    INSTAGRAM: (
        "pages_show_list",
        "pages_read_engagement",
        "instagram_basic",
        "instagram_content_publish",
        "instagram_manage_comments",
        "instagram_manage_messages",
    ),
}

OwnHandler = Callable[[Call, Account], Reply]


def of_platform(platform: str) -> Callable[[Call], bool]:
    """Whether a call is this platform's: by the token it brings, or asks about. A strange one is Facebook's."""

    def mine(call: Call) -> bool:
        texts = form_of(call).texts
        token = texts.get("input_token") or texts.get("fb_exchange_token") or texts.get("access_token", "")
        owner = owner_of(call, token)
        if owner is None:
            return platform == FACEBOOK and "authorization" not in call.headers
        return owner.platform == platform

    return mine


def owner_of(call: Call, token: str) -> Account | None:
    """The account behind a token."""
    match = TOKEN.fullmatch(token)
    if match:
        return call.world.open_account(match[2], match[3])
    accounts = [a for a in list(call.world.accounts.values()) if a.platform in (FACEBOOK, INSTAGRAM)]
    return next((account for account in accounts if token and account.password == token), None)


def denied(call: Call, account: Account) -> set[str]:
    """Permissions that this account was not given; a test writes them here."""
    found: set[str] = call.world.details.setdefault(f"graph:{account.pk}", {}).setdefault("denied", set())
    return found


def own(handler: OwnHandler, permission: str = "") -> Handler:
    """The handler for calls with a Page's token that holds."""

    def answer(call: Call) -> Reply:
        token = token_of(call)
        if call.found[0] not in VERSIONS:
            return refuse(2635, f"(#2635) You are calling a deprecated version of the API: {call.found[0]}.")
        account = owner_of(call, token)
        if account is None:
            return bad_token("Malformed access token", 0, token)
        proof = form_of(call).texts.get("appsecret_proof")
        if proof and not hmac.compare_digest(
            proof, hmac.new(APP_SECRET.encode(), token.encode(), hashlib.sha256).hexdigest()
        ):
            return refuse(100, "Invalid appsecret_proof provided in the API argument")
        if permission and permission in denied(call, account):
            return no_permission(permission)
        return handler(call, account)

    return answer


def instagram_id(account: Account) -> str:
    return f"17841{account.pk}"


def show_me(call: Call, account: Account) -> Reply:
    if token_of(call).startswith("EAU."):
        return as_json({"id": f"9{account.pk}", "name": "Admin"})
    me = {"id": account.pk, "name": account.name}
    if account.platform == FACEBOOK:
        me["username"] = account.handle
    linked = {"id": instagram_id(account), "username": account.handle, "name": account.name}
    whole = me | ({"instagram_business_account": linked} if account.platform == INSTAGRAM else {})
    return as_json(pick(whole, wanted(call.query.get("fields", "id,name"))))


def show_accounts(call: Call, account: Account) -> Reply:
    """The Pages that a person looks after, with their tokens."""
    if not token_of(call).startswith("EAU."):
        return refuse(100, "(#100) Tried accessing nonexisting field (accounts) on node type (Page)")
    page = {"id": account.pk, "name": account.name, "username": account.handle}
    return as_json({"data": [page | {"access_token": f"EAA.{account.platform}.{account.handle}"}]})


def subscribe(call: Call, account: Account) -> Reply:
    """Webhooks: noted, and never sent."""
    fields = form_of(call).texts.get("subscribed_fields", "")
    if not fields:
        return refuse(100, "(#100) The parameter subscribed_fields is required.")
    call.world.details.setdefault(f"graph:{account.pk}", {})["subscribed"] = fields
    return as_json({"success": True})


def debug_token(call: Call) -> Reply:
    if call.query.get("access_token") != f"{APP_ID}|{APP_SECRET}":
        return refuse(190, "Invalid OAuth access token signature.", status=401)
    token = call.query.get("input_token", "")
    account = owner_of(call, token)
    if account is None:
        return as_json({"data": {"is_valid": False, "error": {"code": 190, "message": "Malformed"}, "scopes": []}})
    scopes = [name for name in SCOPES[account.platform] if name not in denied(call, account)]
    kind = "USER" if token.startswith("EAU.") else "PAGE"
    told = {"app_id": APP_ID, "type": kind, "is_valid": True, "expires_at": 0, "scopes": scopes}
    return as_json({"data": told | {"profile_id": account.pk, "data_access_expires_at": 0}})


def extend(call: Call) -> Reply:
    if (call.query.get("client_id"), call.query.get("client_secret")) != (APP_ID, APP_SECRET):
        return refuse(101, "Error validating application. Cannot get application info due to a system error.")
    token = call.query.get("fb_exchange_token", "")
    return as_json({"access_token": token, "token_type": "bearer", "expires_in": 5_184_000})
