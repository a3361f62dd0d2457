"""The desk's public address for news: signed or not at all, stored as it came, read once whatever is repeated."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from connectors import webhooks
from connectors.base import Batch, Heard, Incoming, MessageKind
from connectors.letterbox import Letterbox, WebhookBody
from connectors.models import Account, Outgoing
from moderation import news, poll
from moderation.models import Message
from tests.rows import an_account, an_office, an_outgoing

pytestmark = pytest.mark.django_db
SECRET = "rahasia-aplikasi"
PAGE = "600"
LINE = {
    "object": "page",
    "entry": [
        {
            "id": PAGE,
            "time": 1763762400,
            "messaging": [
                {
                    "sender": {"id": "9"},
                    "recipient": {"id": PAGE},
                    "timestamp": 1763762400000,
                    "message": {"mid": "m_1", "text": "Antriannya lama sekali"},
                }
            ],
        }
    ],
}


@pytest.fixture
def account() -> Account:
    return an_account(an_office(), "facebook", remote_id=PAGE, secrets={"token": "EAA", "app_secret": SECRET})


@pytest.fixture
def box(account: Account) -> Letterbox:
    return Letterbox.of(account)


def address(box: Letterbox, platform: str = "facebook", key: str = "") -> str:
    return reverse("webhook", args=[platform, key or box.key])


def sign(body: bytes, secret: str = SECRET) -> dict[str, str]:
    return {"X-Hub-Signature-256": "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}


def again(told: Any = LINE) -> bytes:
    """The same news in another body."""
    return json.dumps(told).encode() + b"\n"


def bring(box: Letterbox, told: Any = LINE, **more: Any) -> int:
    """Post it as a platform does, from outside and without a cookie; the answer's status."""
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    headers = more.get("headers", sign(body))
    client = Client(enforce_csrf_checks=True)
    place = more.get("to", address(box))
    return client.post(place, body, content_type="application/json", headers=headers).status_code


def test_signed_news_is_stored_byte_by_byte_and_answered_at_once(box: Letterbox) -> None:
    body = b'{ "object":"page",\n"entry":[] , "emoji":"\xf0\x9f\x99\x8f"}'
    assert bring(box, body) == 200
    row = WebhookBody.objects.get()
    assert (bytes(row.body), row.state, row.office, row.account) == (body, "waiting", box.account.office, box.account)
    box.refresh_from_db()
    assert box.heard_at == row.received_at
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Hub-Signature-256": ""},
        {"X-Hub-Signature-256": "sha256="},
        {"X-Hub-Signature-256": "sha256=ü"},
        {"X-Hub-Signature": "sha1=" + hmac.new(SECRET.encode(), json.dumps(LINE).encode(), "sha1").hexdigest()},
        sign(json.dumps(LINE).encode(), "another secret"),
        sign(json.dumps(LINE).encode(), ""),
        sign(json.dumps(LINE).encode() + b" "),
    ],
)
def test_what_is_not_signed_by_the_app_is_not_even_stored(box: Letterbox, headers: dict[str, str]) -> None:
    assert bring(box, headers=headers) == 403
    assert not WebhookBody.objects.exists()


def test_an_address_that_is_nobodys(box: Letterbox, account: Account) -> None:
    other = an_account(an_office("mawar"), "instagram")
    for place in (address(box, key="x" * 32), address(box, "instagram"), address(Letterbox.of(other), "instagram")):
        assert bring(box, to=place) == 403
    assert bring(box, to=address(Letterbox.of(other), "instagram"), headers=sign(json.dumps(LINE).encode(), "")) == 403
    assert not WebhookBody.objects.exists()


def test_an_account_without_the_apps_secret_hears_nothing(box: Letterbox, account: Account) -> None:
    account.secrets = {"token": "EAA"}
    account.save()
    assert bring(box, headers=sign(json.dumps(LINE).encode(), "")) == 403


def test_a_body_beyond_all_measure_is_refused(box: Letterbox) -> None:
    body = b" " * (webhooks.BODY_MAX + 1)
    assert bring(box, body, headers=sign(body)) == 413
    assert bring(box, b" " * (11 * 1024 * 1024), headers={}) == 413
    assert not WebhookBody.objects.exists()


def test_the_challenge_is_answered_where_the_token_is_known(box: Letterbox) -> None:
    asked = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": box.verify_token}
    answer = Client().get(address(box), asked)
    assert (answer.status_code, answer.content, answer.headers["Content-Type"]) == (
        200,
        b"1158201444",
        "text/plain; charset=utf-8",
    )
    box.refresh_from_db()
    assert box.confirmed_at is not None
    for wrong in ({"hub.verify_token": "x"}, {"hub.verify_token": ""}, {"hub.mode": "unsubscribe"}):
        assert Client().get(address(box), asked | wrong).status_code == 403
    assert Client().get(address(box, key="y" * 32), asked).status_code == 403
    assert Client().get(address(box)).status_code == 403


def test_keys_are_long_and_each_accounts_own(box: Letterbox) -> None:
    other = Letterbox.of(an_account(an_office("mawar"), "facebook"))
    assert len({box.key, other.key, box.verify_token, other.verify_token}) == 4
    assert min(len(box.key), len(box.verify_token)) >= 32
    assert Letterbox.of(box.account).key == box.key
    assert box.address.endswith(address(box))


def test_the_same_message_by_webhook_twice_and_by_polling_is_one(box: Letterbox, account: Account) -> None:
    Account.objects.filter(id=account.id).update(cursor={"messages": 7})
    assert [bring(box), bring(box), bring(box, again())] == [200, 200, 200]
    assert news.read_news(timezone.now()) == 2
    (message,) = Message.objects.all()
    assert (message.kind, message.remote_id, message.text) == ("dm", "m_1", "Antriannya lama sekali")
    polled = Incoming(MessageKind.DM, "m_1", "9", "", "Siti", message.text, message.written_at, {}, thread="9")
    poll.store(account, Batch((polled,), {"messages": 8}), timezone.now())
    assert Message.objects.count() == 1
    assert news.read_news(timezone.now()) == 0


def test_news_moves_no_cursor(box: Letterbox, account: Account) -> None:
    Account.objects.filter(id=account.id).update(cursor={"messages": 7})
    bring(box)
    news.read_news(timezone.now())
    account.refresh_from_db()
    assert account.cursor == {"messages": 7}


def test_one_app_brings_news_of_several_accounts_to_one_address(box: Letterbox) -> None:
    friend = an_account(an_office("mawar"), "facebook", remote_id="601", secrets={"app_secret": SECRET})
    an_account(an_office("anggrek"), "facebook", remote_id="602", secrets={"app_secret": "another app's"})
    for page in ("601", "602", "603"):
        told = json.loads(json.dumps(LINE).replace(PAGE, page).replace("m_1", f"m_{page}"))
        assert bring(box, told) == 200
    news.read_news(timezone.now())
    assert list(Message.objects.values_list("account", "remote_id")) == [(friend.id, "m_601")]


@pytest.mark.parametrize("body", [b"[]", b"7", b'"x"', b"{}", b'{"entry": 7}'])
def test_signed_nonsense_is_read_and_forgotten(box: Letterbox, body: bytes) -> None:
    assert bring(box, body) == 200
    assert news.read_news(timezone.now()) == 1
    assert not Message.objects.exists()


def test_a_body_that_breaks_stops_no_other_and_is_kept(box: Letterbox) -> None:
    bring(box, b"{ not JSON")
    bring(box)
    for _ in range(webhooks.TRIES + 1):
        news.read_news(timezone.now())
    broken, read = WebhookBody.objects.order_by("id")
    assert (broken.state, broken.problem, broken.tries) == ("broken", "JSONDecodeError", webhooks.TRIES)
    assert (read.state, read.tries) == ("read", 1)
    assert Message.objects.count() == 1


def test_what_breaks_halfway_leaves_nothing_behind(box: Letterbox, account: Account) -> None:
    bring(box)

    def take(account: Account, heard: Heard) -> None:
        poll.store_messages(account, heard.messages, timezone.now())
        raise RuntimeError

    webhooks.read_waiting(take, timezone.now())
    assert not Message.objects.exists()
    news.read_news(timezone.now())
    assert Message.objects.count() == 1


def test_two_readers_at_once_read_it_once(box: Letterbox) -> None:
    bring(box)
    (row,) = WebhookBody.objects.select_related("account")
    taken: list[Heard] = []
    assert webhooks.read(row, lambda account, heard: taken.append(heard))
    assert not webhooks.read(row, lambda account, heard: taken.append(heard))
    assert len(taken) == 1
    bring(box, again())
    row = WebhookBody.objects.select_related("account").latest("id")
    WebhookBody.objects.filter(id=row.id).update(tries=1)  # somebody began since we looked
    assert not webhooks.read(row, lambda account, heard: taken.append(heard))
    assert len(taken) == 1


def test_what_was_read_goes_after_a_week_and_what_waits_stays(box: Letterbox) -> None:
    bring(box)
    news.read_news(timezone.now())
    bring(box, again())
    long_ago = timezone.now() - timedelta(days=8)
    WebhookBody.objects.update(received_at=long_ago)
    webhooks.drop_old(timezone.now())
    assert [row.state for row in WebhookBody.objects.all()] == ["waiting"]
    assert WebhookBody.objects.old(timezone.now()).count() == 0


@pytest.mark.parametrize(
    ("state", "status_told", "noted"),
    [
        (Outgoing.State.UNKNOWN, "sent", True),
        (Outgoing.State.UNKNOWN, "failed", False),
        (Outgoing.State.QUEUED, "sent", False),
        (Outgoing.State.FAILED, "sent", False),
    ],
)
def test_a_receipt_tells_that_a_doubtful_write_arrived(state: str, status_told: str, noted: bool) -> None:
    account = an_account(an_office(), "whatsapp", remote_id="10628", secrets={"app_secret": SECRET})
    row = an_outgoing(account, state=state, handle={"media": "7"})
    status = {
        "id": "wamid.Q",
        "status": status_told,
        "timestamp": str(int(datetime.now(UTC).timestamp())),
        "recipient_id": "62813",
        "biz_opaque_callback_data": str(row.nonce),
    }
    others = [{**status, "biz_opaque_callback_data": token} for token in ("", "x", "-" * 36, str(uuid4()))]
    value = {"metadata": {"phone_number_id": "10628"}, "statuses": [*others, status]}
    told = {"entry": [{"changes": [{"field": "messages", "value": value}]}]}
    box = Letterbox.of(account)
    assert bring(box, told, to=address(box, "whatsapp")) == 200
    assert news.read_news(timezone.now()) == 1
    row.refresh_from_db()
    assert row.handle == {"media": "7"} | ({"receipt": "wamid.Q"} if noted else {})
