"""What WhatsApp's webhooks say, and that nothing odd in them breaks the reading."""

import copy
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.base import Heard, MessageKind
from connectors.errors import Reason
from connectors.whatsapp import WhatsApp
from connectors.whatsapp.hearing import tapped

TEXT = {
    "from": "6281355557777",
    "id": "wamid.A",
    "timestamp": "1763762400",
    "type": "text",
    "text": {"body": "Sampaikan maaf"},
    "context": {"from": "6281200001111", "id": "wamid.Q"},
}
STATUS = {
    "id": "wamid.Q",
    "status": "delivered",
    "timestamp": "1763762400",
    "recipient_id": "6281355557777",
    "recipient_user_id": "ID.778",
    "biz_opaque_callback_data": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
}
CONTACTS = [{"wa_id": "6281355557777", "profile": {"name": "dr. Ratna"}}]


def news(**value: Any) -> dict[str, Any]:
    whole = {"messaging_product": "whatsapp", "metadata": {"phone_number_id": "10628"}, "contacts": CONTACTS, **value}
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": "2", "changes": [{"field": "messages", "value": whole}]}],
    }


def heard(**value: Any) -> Heard:
    (one,) = WhatsApp.hear(news(**value))
    return one


def test_an_answer_says_who_quotes_what_and_when() -> None:
    one = heard(messages=[TEXT])
    (message,) = one.messages
    assert one.owner == "10628"
    assert (message.kind, message.remote_id, message.parent) == (MessageKind.DM, "wamid.A", "wamid.Q")
    assert (message.author_id, message.author_name, message.text) == ("6281355557777", "dr. Ratna", "Sampaikan maaf")
    assert message.written_at == datetime.fromtimestamp(1763762400, UTC)
    assert not tapped(message.raw)


@pytest.mark.parametrize(
    "part",
    [
        {"type": "button", "button": {"text": "Bukan bidang saya", "payload": "x"}},
        {
            "type": "interactive",
            "interactive": {"type": "button_reply", "button_reply": {"id": "1", "title": "Bukan bidang saya"}},
        },
    ],
)
def test_a_tap_is_told_from_words(part: dict[str, Any]) -> None:
    (message,) = heard(messages=[{**TEXT, **part}]).messages
    assert message.text == "Bukan bidang saya"
    assert tapped(message.raw)


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ({"type": "image", "image": {"id": "1", "caption": "lihat ini"}}, "[gambar] lihat ini"),
        ({"type": "audio", "audio": {"id": "1"}}, "[pesan suara]"),
        ({"type": "document", "document": {"id": "1"}}, "[berkas]"),
        ({"type": "unsupported", "errors": []}, "[pesan]"),
        ({"type": "poll_of_the_future"}, "[pesan]"),
    ],
)
def test_what_has_no_words_is_still_a_message(part: dict[str, Any], words: str) -> None:
    (message,) = heard(messages=[{**TEXT, **part}]).messages
    assert message.text == words


def test_a_thumb_and_a_changed_number_are_no_answers() -> None:
    odd = [{**TEXT, "type": "reaction", "reaction": {"emoji": "👍"}}, {**TEXT, "type": "system", "system": {}}]
    assert heard(messages=odd).messages == ()


def test_a_person_with_a_user_name_has_no_number() -> None:
    message = {key: value for key, value in TEXT.items() if key != "from"}
    contacts = [{"user_id": "ID.778", "profile": {"name": "dr. Ratna", "username": "ratna"}}]
    for one in ({**message, "from_user_id": "ID.778"}, message):
        (found,) = heard(messages=[one], contacts=contacts).messages
        assert (found.author_id, found.author_name, found.author_handle) == ("ID.778", "dr. Ratna", "ratna")


def test_a_receipt_carries_our_token_and_who_got_it() -> None:
    (receipt,) = heard(statuses=[STATUS]).receipts
    assert (receipt.remote_id, receipt.token, receipt.failure) == ("wamid.Q", STATUS["biz_opaque_callback_data"], None)
    assert receipt.people == {"6281355557777", "ID.778"}


@pytest.mark.parametrize(
    ("errors", "reason"),
    [
        ([{"code": 131047, "title": "Re-engagement message"}], Reason.WINDOW_OVER),
        ([{"code": 131026}], Reason.MESSAGES_CLOSED),
        ([{"code": "?"}], Reason.REFUSED),
        ([], Reason.REFUSED),
        (None, Reason.REFUSED),
    ],
)
def test_a_message_that_failed_on_its_way_says_why(errors: Any, reason: Reason) -> None:
    (receipt,) = heard(statuses=[{**STATUS, "status": "failed", "errors": errors}]).receipts
    assert receipt.failure is reason


def test_other_news_is_left_out() -> None:
    told = news(messages=[TEXT])
    told["entry"][0]["changes"][0]["field"] = "account_update"
    assert WhatsApp.hear(told) == ()
    assert heard(statuses=[{**STATUS, "status": "deleted"}]).receipts == ()


def broken(part: Any) -> Iterator[Any]:
    """The same with each part in turn missing, or something else entirely."""
    places = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for place, below in list(places):
        for odd in (None, 7, "x", [], {}, [None], {"x": 1}):
            changed = copy.deepcopy(part)
            changed[place] = odd
            yield changed
        for deeper in broken(below):
            changed = copy.deepcopy(part)
            changed[place] = deeper
            yield changed


def test_nothing_odd_breaks_the_reading() -> None:
    whole = news(
        messages=[TEXT, {**TEXT, "type": "image", "image": {}}], statuses=[{**STATUS, "errors": [{"code": 1}]}]
    )
    seen = 0
    for told in broken(whole):
        for one in WhatsApp.hear(told):
            assert all(message.remote_id for message in one.messages)
        seen += 1
    assert seen > 200
