"""What every call of WordPress's REST interface has in common: who asks, for which site, for which page of a list."""

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sandbox.ledger import Account
from sandbox.website import shapes
from sandbox.website.refusals import bad_parameter, refuse
from sandbox.wire import BadCall, Call, Handler, Reply, as_json

NAME = "website"
ELSEWHERE = r"(?:[\w-]+\.)*(?:instagram|facebook|twitter|x|youtube|google|googleapis|whatsapp)\.com\b"
HOST = rf"((?!{ELSEWHERE})[\w-]+(?:\.[\w-]+)+(?::\d+)?)"
PER_PAGE_MAX = 100

Json = dict[str, Any]
Own = Callable[[Call, Account], Reply]


def signed_in(call: Call) -> Account | None:
    """Basic auth. The first user name and password that come are the site's own from then on."""
    kind, _, token = call.headers.get("authorization", "").partition(" ")
    try:
        user, _, password = base64.b64decode(token, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    if kind.lower() != "basic" or not user or not password:
        return None
    account = call.world.open_account(NAME, call.found[0])
    if account.password is None:
        account.password = f"{user}:{password}"
    return account if account.password in {password, f"{user}:{password}"} else None


def own(handler: Own, code: str = "rest_not_logged_in") -> Handler:
    """For a signed-in user alone; to anybody else WordPress gives the code of what they were not allowed."""

    def guarded(call: Call) -> Reply:
        account = signed_in(call)
        return refuse(code, 401) if account is None else handler(call, account)

    return guarded


def body_of(call: Call) -> Json:
    """The JSON object of a write."""
    try:
        data = json.loads(call.body or b"{}")
    except ValueError as error:
        raise BadCall("the body is no JSON") from error
    if not isinstance(data, dict):
        raise BadCall("the body is no JSON object")
    return data


def numbers(text: str) -> set[str]:
    return {part.strip() for part in text.split(",") if part.strip()}


def listing(call: Call, found: Sequence[Mapping[str, Any]]) -> Reply:
    """One page of what was found."""
    try:
        per_page, page = int(call.query.get("per_page", "10")), int(call.query.get("page", "1"))
    except ValueError:
        return bad_parameter("per_page", "per_page is not of type integer.")
    if not 1 <= per_page <= PER_PAGE_MAX:
        return bad_parameter("per_page", "per_page must be between 1 (inclusive) and 100 (inclusive)")
    fields = call.query.get("_fields", "")
    part = [shapes.only_fields(dict(one), fields) for one in found[(page - 1) * per_page : page * per_page]]
    pages = -(-len(found) // per_page)
    return as_json(part, headers={"X-WP-Total": str(len(found)), "X-WP-TotalPages": str(pages)})
