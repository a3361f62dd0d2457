"""Signing in to the stand-in of Instagram: the Android app's CAA flow, as instagrapi 3.2.2 walks it.

Order of a fresh sign-in: register the device's key (`graphql_www`) → `process_client_data_and_redirect` (hands out
the account access context, "aac") → `create_android_keystore` (hands out nonces) → `oauth.token.fetch` →
`qe/sync` (hands out the password key) → `send_login_request` → reels tray and timeline.
An account is made at its first sign-in with whatever password that gives; later ones must give the same.
With two-factor on, the code is always `CODE`: a stand-in sends no text messages.
"""

import base64
import json
import secrets
from collections.abc import Callable

from sandbox.instagram import passwords
from sandbox.instagram.refusals import refusal
from sandbox.instagram.shapes import Json
from sandbox.ledger import Account
from sandbox.wire import BadCall, Call, Reply, as_json

NAME = "instagram"
Own = Callable[[Call, Account], Reply]
CODE = "123456"
BACKUP_CODE = "12345678"

# Seen in the wild (instagrapi pull request 2803): the CAA answer that sends the client to the older sign-in,
# which then names the reason. That it also stands for a wrong password is a guess.
FALLBACK = "CAA_LOGIN_FALLBACK:fallback_triggered"
TWO_STEP_APP = "com.bloks.www.two_step_verification.entrypoint"
BAD_PASSWORD = {
    "message": "The password you entered is incorrect. Please try again.",
    "invalid_credentials": True,
    "error_title": "Incorrect password",
    "error_type": "bad_password",
    "status": "fail",
}


def register_device(call: Call) -> Reply:
    """`graphql_www`: the only mutation known here is the registration of the device's signing key."""
    name = call.form().get("fb_api_req_friendly_name", "")
    if name != "IGUSDIDRegistrationMutation":
        return as_json({"errors": [{"message": f"the stand-in does not know {name}"}]})
    return as_json({"data": {"xig_usdid_registration": {"success": True}}, "status": "ok"})


def open_login(call: Call) -> Reply:
    aac = json.dumps({"aac_init_timestamp": 0, "aacjid": "sandbox", "aaccs": secrets.token_urlsafe(8)})
    node = {"id": "aac", "type": "gs", "data": {"key": "CAA_ACCOUNT_ACCESS_CONTEXT:aac", "initial": aac}}
    return as_json({"layout": {"bloks_payload": {"data": [node], "action": ""}}, "status": "ok"})


def give_nonces(call: Call) -> Reply:
    return as_json({"challenge_nonce": secrets.token_hex(16), "key_nonce": secrets.token_hex(16), "status": "ok"})


def bloks_ok(call: Call) -> Reply:
    return as_json({"layout": {"bloks_payload": {"data": [], "action": ""}}, "status": "ok"})


def give_password_key(call: Call) -> Reply:
    head = {
        "ig-set-password-encryption-key-id": str(passwords.KEY_ID),
        "ig-set-password-encryption-pub-key": passwords.keys().public,
    }
    return as_json({"status": "ok"}, headers=head)


def sign_in(call: Call) -> Reply:
    """`send_login_request`: a session, a two-step context, or the way to the older sign-in for a wrong password."""
    given = _params(call)["client_input_params"]
    account = _account(call, str(given["contact_point"]), str(given["password"]))
    if account is None:
        return _bloks({"type": "action_log", "markers": [FALLBACK]})
    if account.two_factor:
        # A literal map after the app's name is what instagrapi reads the context from.
        context = json.dumps(f"two-step:{account.handle}")
        parameters = f'(f4i (dkc "two_step_verification_context") (dkc {context}))'
        return _bloks({}, f'(bk.action.core.OpenScreen "{TWO_STEP_APP}" {parameters})')
    return _bloks({}, _session_action(call, account))


def sign_in_older(call: Call) -> Reply:
    """`accounts/login/`: where the CAA flow sends a client that it does not let in."""
    given = signed_body(call)
    account = _account(call, str(given.get("username", "")), str(given.get("enc_password", "")))
    if account is None:
        return as_json(BAD_PASSWORD, 400)
    if account.two_factor:
        info = {"username": account.handle, "totp_two_factor_on": True, "two_factor_identifier": account.handle}
        answer: Json = {"message": "", "two_factor_required": True, "two_factor_info": info}
        return as_json(answer | {"error_type": "two_factor_required", "status": "fail"}, 400)
    return _older_session(call, account)


def finish_older(call: Call) -> Reply:
    """`accounts/two_factor_login/`."""
    given = signed_body(call)
    account = call.world.account(NAME, str(given.get("two_factor_identifier", "")))
    if account is None or str(given.get("verification_code")) not in (CODE, BACKUP_CODE):
        bad = {
            "message": "Please check the security code and try again.",
            "error_type": "sms_code_validation_code_invalid",
        }
        return as_json(bad | {"status": "fail"}, 400)
    return _older_session(call, account)


def verify_code(call: Call) -> Reply:
    """The last step of the CAA two-step flow. A wrong code brings no session; what else is said then is a guess."""
    params = _params(call)
    handle = str(params["server_params"]["two_step_verification_context"]).removeprefix("two-step:")
    account = call.world.account(NAME, handle)
    if account is None or str(params["client_input_params"]["code"]) not in (CODE, BACKUP_CODE):
        return bloks_ok(call)
    return _bloks({}, _session_action(call, account))


def signed_in(call: Call) -> Account | None:
    """Whose session the request carries; None for none, or one that this process did not give."""
    token = call.headers.get("authorization", "").rsplit(":", 1)[-1]
    try:
        data = json.loads(base64.b64decode(token))
    except ValueError:
        return None
    return call.world.sessions.get(str(data.get("sessionid"))) if isinstance(data, dict) else None


def own(handler: Own) -> Callable[[Call], Reply]:
    """The handler with the account whose session the call carries, else what Instagram says to a stranger."""

    def guarded(call: Call) -> Reply:
        account = signed_in(call)
        return handler(call, account) if account else refusal("login-required")

    return guarded


def signed_body(call: Call) -> Json:
    """The JSON inside `signed_body=SIGNATURE.{…}`, or the plain form where a call is not signed."""
    form = call.form()
    if "signed_body" not in form:
        return dict(form)
    try:
        data = json.loads(form["signed_body"].partition(".")[2])
    except ValueError as error:
        raise BadCall("signed_body holds no JSON") from error
    if not isinstance(data, dict):
        raise BadCall("signed_body is no object")
    return data


def _params(call: Call) -> Json:
    try:
        params = json.loads(call.form().get("params", ""))
    except ValueError as error:
        raise BadCall("params holds no JSON") from error
    if not isinstance(params, dict) or not {"client_input_params", "server_params"} <= params.keys():
        raise BadCall("params lacks client_input_params or server_params")
    return params


def _account(call: Call, handle: str, envelope: str) -> Account | None:
    """The account, if the password is its own; made here where it is new."""
    password = passwords.read(envelope)
    if not handle or not password:
        return None
    account = call.world.open_account(NAME, handle)
    if account.password is None:
        account.password = password
    return account if account.password == password else None


def _session(call: Call, account: Account) -> dict[str, str]:
    """A new session; the older ones stay good, as on several phones."""
    session = f"{account.pk}%3A{secrets.token_hex(8)}%3A28"
    call.world.sessions[session] = account
    data = {"ds_user_id": account.pk, "sessionid": session}
    return {
        "IG-Set-Authorization": "Bearer IGT:2:" + base64.b64encode(json.dumps(data).encode()).decode(),
        "ig-set-ig-u-rur": f"LLA,{account.pk},0:sandbox",
        "x-ig-set-www-claim": "hmac.sandbox",
    }


def _session_action(call: Call, account: Account) -> str:
    """The Bloks action with the sign-in's answer in it: JSON in a string in JSON, twice."""
    headers = _session(call, account)
    logged_in = {"pk": int(account.pk), "username": account.handle, "full_name": account.name}
    inner = {
        "login_response": json.dumps({"logged_in_user": logged_in, "status": "ok"}),
        "headers": json.dumps(headers),
        "cookies": "",
    }
    return f"(bk.action.caa.HandleLoginResponse {json.dumps(json.dumps(inner))})"


def _older_session(call: Call, account: Account) -> Reply:
    logged_in = {"pk": int(account.pk), "username": account.handle, "full_name": account.name}
    return as_json({"logged_in_user": logged_in, "status": "ok"}, headers=_session(call, account))


def _bloks(node: Json, action: str = "") -> Reply:
    data = [{"data": node}] if node else []
    return as_json({"layout": {"bloks_payload": {"data": data, "action": action}}, "status": "ok"})
