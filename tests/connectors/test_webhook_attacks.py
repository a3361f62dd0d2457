"""The public door for news, attacked: by strangers with bodies of every kind, by whoever caught a signed one, and by
an app's own secret in wrong hands. Nothing that comes stops what comes behind it."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from connectors import webhooks
from connectors.letterbox import Letterbox, WebhookBody
from connectors.models import Account, Outgoing
from connectors.whatsapp import WhatsApp
from moderation import news
from moderation.models import Message
from tests.connectors.test_webhooks import LINE, PAGE, SECRET, account, address, again, box, bring, sign
from tests.rows import an_account, an_office, an_outgoing

pytestmark = pytest.mark.django_db
__all__ = ["account", "box"]  # fixtures


def lines(*words: str, owner: str = PAGE, **more: Any) -> dict[str, Any]:
    """News of direct messages, one for each of `words`."""
    events = [
        {"sender": {"id": "9"}, "timestamp": 1763762400000, "message": {"mid": f"m_{said[:8]}_{n}", "text": said}}
        for n, said in enumerate(words)
    ]
    return {"object": "page", "entry": [{"id": owner, "time": 1763762400, "messaging": events, **more}]}


def read_all() -> None:
    for _ in range(webhooks.TRIES + 1):
        news.read_news(timezone.now())


@pytest.mark.parametrize(
    "kind",
    [
        *("application/json", "text/plain", "application/x-www-form-urlencoded"),
        *(
            "multipart/form-data; boundary=x",
            "multipart/form-data",
            "application/octet-stream",
            "image/png",
            "",
            "\u00fc",
        ),
    ],
)
def test_what_a_body_calls_itself_changes_nothing(box: Letterbox, kind: str) -> None:
    """The signature is over its bytes, whatever they are said to be."""
    body = json.dumps(LINE).encode()
    for headers, status in ((sign(body), 200), (sign(body, "another"), 403)):
        assert Client().post(address(box), body, content_type=kind, headers=headers).status_code == status
    assert [bytes(row.body) for row in WebhookBody.objects.all()] == [body]


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace", "head"])
def test_no_other_way_of_asking_stores_or_tells_anything(box: Letterbox, method: str) -> None:
    body = json.dumps(LINE).encode()
    answer = getattr(Client(), method)(address(box), headers=sign(body))
    assert answer.status_code in (200, 403, 405)
    assert box.verify_token not in answer.content.decode()
    assert not WebhookBody.objects.exists()


def test_a_caught_body_sent_a_thousand_times_is_kept_once(box: Letterbox) -> None:
    body = json.dumps(LINE).encode()
    client, signature = Client(), sign(body)
    for _ in range(20):
        assert client.post(address(box), body, content_type="application/json", headers=signature).status_code == 200
    read_all()
    assert client.post(address(box), body, content_type="application/json", headers=signature).status_code == 200
    assert WebhookBody.objects.count() == Message.objects.count() == 1


def test_a_body_caught_on_the_way_to_another_account_is_refused_or_its_own_account_s(box: Letterbox) -> None:
    other = an_account(an_office("mawar"), "facebook", remote_id="601", secrets={"app_secret": "another app's"})
    friend = an_account(an_office("anggrek"), "facebook", remote_id="602", secrets={"app_secret": SECRET})
    assert bring(box, to=address(Letterbox.of(other))) == 403
    assert bring(box, to=address(Letterbox.of(friend))) == 200  # one app: it names the account it is for
    read_all()
    assert [one.account for one in Message.objects.all()] == [box.account]


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 200_000,
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        b'{"object": "page", "entry": ' + b"[" * 900 + b"]" * 900 + b"}",
        b'{"object": "page", "entry": [{"id": ' + b"9" * 5000 + b"}]}",
        b'{"object": "page", "entry": [{"id": 1e999, "time": NaN, "messaging": [{"sender": {"id": -Infinity}}]}]}',
        b'{"object": "page", "entry": [{"id": "600", "time": -1e308, "changes": [{"field": null, "value": {}}]}]}',
        b"\xff\xfe\x00",
        b"\x00",
        b"\xef\xbb\xbf{}",
        b"",
    ],
)
def test_signed_nonsense_of_any_shape_stops_nothing(box: Letterbox, body: bytes) -> None:
    assert bring(box, body) == 200
    assert bring(box) == 200
    read_all()
    first, second = WebhookBody.objects.order_by("id")
    assert (first.state in ("read", "broken"), second.state) == (True, "read")
    assert [message.text for message in Message.objects.all()] == ["Antriannya lama sekali"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.both_databases
def test_half_characters_and_zero_bytes_in_every_place_are_stored(box: Letterbox) -> None:
    """JSON may hold what no database takes; PostgreSQL is the stricter one."""
    odd = "a\x00b\ud83d"
    strange = lines(odd, "NaN", "biasa")
    event = strange["entry"][0]["messaging"][0]
    event |= {"sender": {"id": odd}, "message": {"mid": odd * 100, "text": odd, odd: [odd, float("nan"), float("inf")]}}
    assert bring(box, strange) == 200
    read_all()
    assert WebhookBody.objects.get().state == "read"
    assert sorted(Message.objects.values_list("text", flat=True)) == ["NaN", "a\ufffdb\ufffd", "biasa"]
    assert bring(box, again(strange)) == 200
    read_all()
    assert Message.objects.count() == 3


def test_two_long_names_that_begin_alike_stay_two(box: Letterbox) -> None:
    told = lines("satu", "dua")
    for number, event in enumerate(told["entry"][0]["messaging"]):
        event["message"]["mid"] = "m" * 400 + str(number)
    assert bring(box, told) == 200
    read_all()
    assert sorted(Message.objects.values_list("text", flat=True)) == ["dua", "satu"]
    assert {len(one.remote_id) for one in Message.objects.all()} == {255}


def test_accounts_and_things_that_nobody_knows_are_left_alone(box: Letterbox) -> None:
    value = {"item": "comment", "verb": "add", "comment_id": "1", "from": {"id": "9"}}
    odd: tuple[Any, ...] = ("601", None, {}, 0, "600 ", "6" * 400)
    changes = [{"field": "nonsense", "value": value}, {"field": "feed", "value": value | {"item": "x"}}]
    told = lines("x")
    told["entry"] = [told["entry"][0] | {"id": one} for one in odd] + [{"id": PAGE, "changes": changes}]
    assert bring(box, told) == 200
    for thing in ("permissions", "application", "user", ["page"], 7, None):
        assert bring(box, LINE | {"object": thing}) == 200
    read_all()
    assert set(WebhookBody.objects.values_list("state", flat=True)) == {"read"}
    # An entry without an id is for whom the address is.
    assert {one.account for one in Message.objects.all()} <= {box.account}


def test_a_body_full_of_entries_costs_no_query_for_each(
    box: Letterbox, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    entries = [{"id": str(number), "changes": []} for number in range(700, 20_700)]
    assert bring(box, {"object": "page", "entry": [*entries, *lines("antre")["entry"]]}) == 200
    with django_assert_max_num_queries(30):
        news.read_news(timezone.now())
    assert Message.objects.count() == 1


def test_a_body_full_of_receipts_costs_no_query_for_each(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    account = an_account(an_office(), "whatsapp", remote_id="10628", secrets={"app_secret": SECRET})
    row = an_outgoing(account, state=Outgoing.State.UNKNOWN)
    tokens = [str(uuid4()) for _ in range(3000)] + [str(row.nonce)]
    told = [{"id": "w", "status": "sent", "timestamp": "1", "biz_opaque_callback_data": token} for token in tokens]
    value = {"metadata": {"phone_number_id": "10628"}, "statuses": told}
    body = {"entry": [{"changes": [{"field": "messages", "value": value}]}]}
    receipts = WhatsApp.hear(body)[0].receipts
    with django_assert_max_num_queries(2):
        webhooks.note_receipts(account, receipts)
    row.refresh_from_db()
    assert row.handle == {"receipt": "w"}


def test_a_body_full_of_messages_costs_no_query_for_each(
    box: Letterbox, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """By an app's secret in wrong hands, say: nothing is lost, nothing stands still. (Three megabytes are 20,000.)"""
    assert bring(box, lines(*[f"{number:05} antre" for number in range(2000)])) == 200
    with django_assert_max_num_queries(60):
        news.read_news(timezone.now())
    assert Message.objects.count() == 2000


def test_addresses_are_not_told_apart_by_what_they_answer(box: Letterbox, account: Account) -> None:
    """Whoever tries keys learns from a wrong one what they learn from a right one: 403, in the same words."""
    asked = {"hub.mode": "subscribe", "hub.challenge": "<script>", "hub.verify_token": "salah"}
    places = [address(box), address(box, key="x" * 40), address(box, "whatsapp"), address(box, "tidak-ada")]
    answers = [Client().get(place, asked) for place in places]
    answers += [Client().post(place, b"{}", content_type="application/json") for place in places]
    assert {(one.status_code, one.content, one["Content-Type"]) for one in answers} == {
        (403, b"forbidden", "text/plain; charset=utf-8")
    }
    right = Client().get(places[0], asked | {"hub.verify_token": box.verify_token})
    assert (right.content, right["X-Content-Type-Options"]) == (b"<script>", "nosniff")
