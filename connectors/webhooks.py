"""News that platforms bring by themselves: raw body in, signature checked, read later.

The view stores and answers; reading is the timetable's (`moderation/letters.py`), because what is in a body belongs to
rooms above this one. A body twice, or a message by webhook and by polling, is harmless: rows carry the platform's ids.
"""

import hashlib
import hmac
import json
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from connectors.base import Heard, Receipt
from connectors.letterbox import Letterbox, WebhookBody
from connectors.models import Account, Outgoing, connector_class
from connectors.storable import storable

log = logging.getLogger(__name__)

BODY_MAX = 3 * 1024 * 1024
"""Bytes. Meta names 3 MB as its own limit."""
KEPT = timedelta(days=7)
"""How long a body is kept after it was read."""
TRIES = 3
TEXT = "text/plain; charset=utf-8"

Take = Callable[[Account, Heard], None]


def signed(body: bytes, header: str, secret: str) -> bool:
    """Whether the platform's "sha256=…" is the HMAC of these very bytes. No secret, no signature."""
    digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return bool(secret) and hmac.compare_digest(f"sha256={digest}".encode(), header.encode())


@method_decorator([csrf_exempt, login_not_required], name="dispatch")
class WebhookView(View):
    """Public. 403 says nothing about what was wrong: the key, the platform, the token or the signature."""

    def get(self, request: HttpRequest, platform: str, key: str) -> HttpResponse:
        """The platform's question whether this address is ours: its challenge is the answer."""
        box = letterbox(platform, key)
        asked, token = request.GET.get("hub.mode"), request.GET.get("hub.verify_token", "")
        if box is None or asked != "subscribe" or not hmac.compare_digest(token.encode(), box.verify_token.encode()):
            return HttpResponse("forbidden", TEXT, status=403)
        Letterbox.objects.filter(pk=box.pk, confirmed_at=None).update(confirmed_at=timezone.now())
        return HttpResponse(request.GET.get("hub.challenge", ""), TEXT)

    def post(self, request: HttpRequest, platform: str, key: str) -> HttpResponse:
        box = letterbox(platform, key)
        try:
            body = request.body
        except RequestDataTooBig:
            return HttpResponse("too large", TEXT, status=413)
        if len(body) > BODY_MAX:
            return HttpResponse("too large", TEXT, status=413)
        if box is None or not signed(body, request.headers.get("X-Hub-Signature-256", ""), secret_of(box.account)):
            return HttpResponse("forbidden", TEXT, status=403)
        keep(box, body, timezone.now())
        return HttpResponse("ok", TEXT)


def letterbox(platform: str, key: str) -> Letterbox | None:
    found = Letterbox.objects.select_related("account").filter(key=key, account__platform=platform)
    return found.first()


def secret_of(account: Account) -> str:
    name = connector_class(account.platform).signed_by
    return str(account.secrets.get(name, "")) if name else ""


@transaction.atomic
def keep(box: Letterbox, body: bytes, at: datetime) -> None:
    """One that came before is not stored again, for as long as the first is kept."""
    first = {"office_id": box.account.office_id, "body": body, "received_at": at}
    digest = hashlib.sha256(body).hexdigest()
    WebhookBody.objects.get_or_create(account=box.account, digest=digest, defaults=first)
    Letterbox.objects.filter(pk=box.pk).update(heard_at=at)


# --- the worker's side


def read_waiting(take: Take, at: datetime, limit: int = 200) -> int:
    """Hand what waits to `take`, oldest first; how many bodies were read. One that breaks is tried again, a few times,
    and stops no other."""
    rows = WebhookBody.objects.waiting().filter(received_at__lte=at).select_related("account").order_by("id")
    return sum(read(row, take) for row in list(rows[:limit]))


def drop_old(at: datetime) -> None:
    WebhookBody.objects.old(at - KEPT).delete()


def read(row: WebhookBody, take: Take) -> bool:
    mine = WebhookBody.objects.waiting().filter(id=row.id, tries=row.tries)
    if not mine.update(tries=row.tries + 1):
        return False  # another worker has it
    waiting = WebhookBody.objects.waiting().filter(id=row.id)
    try:
        with transaction.atomic():
            news = news_in(row)
            owners = owners_of(row.account, {heard.owner for heard in news})
            for heard in news:
                if (account := owners.get(heard.owner)) is not None:
                    note_receipts(account, heard.receipts)
                    take(account, heard)
            waiting.update(state=WebhookBody.State.READ)
    except Exception as error:
        log.exception("webhook body %s could not be read", row.id)
        problem = type(error).__name__[:60]
        state = WebhookBody.State.BROKEN if row.tries + 1 >= TRIES else WebhookBody.State.WAITING
        waiting.update(state=state, problem=problem)
        return False
    return True


def news_in(row: WebhookBody) -> tuple[Heard, ...]:
    news: Any = json.loads(bytes(row.body))
    return connector_class(row.account.platform).hear(news) if isinstance(news, dict) else ()


def owners_of(account: Account, owners: set[str]) -> dict[str, Account]:
    """The accounts that news is for, by the platform's ids: one app may bring that of many, to one address. Only
    accounts that trust the same app's signature count."""
    found = dict.fromkeys(("", account.remote_id), account)
    if asked := {storable(one) for one in owners} - found.keys():
        others = Account.objects.filter(platform=account.platform, remote_id__in=asked)
        secret = secret_of(account)  # none: the account was disconnected since
        same_app = (one for one in others if secret and secret_of(one) == secret)
        found = {one.remote_id: one for one in same_app} | found
    return found


def note_receipts(account: Account, receipts: tuple[Receipt, ...]) -> None:
    """A receipt proves that a write of unknown outcome arrived: its id goes into the row's handle, for `find_own`.
    Index: outgoing_look, a short list."""
    arrived = {one.token: storable(one.remote_id) for one in receipts if one.failure is None}
    doubtful = Outgoing.objects.filter(account=account, state__in=[Outgoing.State.SENDING, Outgoing.State.UNKNOWN])
    for row in doubtful if arrived else ():
        if str(row.nonce) in arrived:
            doubtful.filter(id=row.id).update(handle={**row.handle, "receipt": arrived[str(row.nonce)]})
