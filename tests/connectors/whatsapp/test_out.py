"""A question to an officer over the wire: template or free form, once, and what each no means."""

import json
import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.base import Absent, Found, Identity, Kind, Media, Sent
from connectors.errors import ConnectorError, LoginNeeded, OutcomeUnknown, RateLimited, Reason, Refused, Unreachable
from tests.connectors.instagram.between import Answer
from tests.connectors.whatsapp.conftest import NUMBER, OFFICER, TOKEN, Office

MESSAGES = r"/messages$"


def test_check_says_whose_number_it_is(office: Office) -> None:
    assert office.connector().check() == Identity(f"10{NUMBER}", NUMBER, NUMBER)
    assert office.connector().permissions() == {
        "whatsapp_business_messaging": True,
        "whatsapp_business_management": True,
    }


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"token": "EAA.nobody"}, Reason.SESSION_EXPIRED),
        ({"phone_id": "1099"}, Reason.WRONG_ACCOUNT),
        ({"token": ""}, Reason.LOGIN_REFUSED),
        ({"phone_id": ""}, Reason.LOGIN_REFUSED),
    ],
)
def test_keys_that_are_not_ours_need_a_person(office: Office, wrong: Mapping[str, str], reason: Reason) -> None:
    office.secrets = {**office.secrets, **wrong}
    with pytest.raises(LoginNeeded) as caught:
        office.connector().check()
    assert caught.value.reason is reason
    assert "EAA" not in str(caught.value)


def sent_body(office: Office) -> dict[str, Any]:
    (request,) = office.wire.asked(MESSAGES)
    found: dict[str, Any] = json.loads(request.body)
    return found


def test_outside_of_the_window_it_is_a_template_with_the_picture_on_top(office: Office) -> None:
    item = office.question("Mohon arahan:\n“Antri\tlama”     sekali")
    sent = office.connector().reply(item, office.remember)
    body = sent_body(office)
    assert (body["type"], body["to"]) == ("template", OFFICER)
    assert body["biz_opaque_callback_data"] == str(item.nonce)
    header, text = body["template"]["components"]
    assert text["parameters"][0]["text"] == "Mohon arahan: “Antri lama” sekali"
    assert header["parameters"][0]["image"] == {"id": office.remembered[0]["media"]}
    (entry,) = office.ledger()
    assert (sent.remote_id, sent.permalink) == (f"wamid.HBgN{entry['id']}A=", "")
    assert entry["media"] == 1


def test_within_the_window_it_is_free_form_with_buttons(office: Office) -> None:
    office.officer("Selamat pagi")
    office.connector().reply(office.question("Baris satu\nBaris dua", warm=True), office.remember)
    body = sent_body(office)
    assert body["type"] == "interactive"
    assert body["interactive"]["body"]["text"] == "Baris satu\nBaris dua"
    assert [one["reply"]["title"] for one in body["interactive"]["action"]["buttons"]] == [
        "Saya jawab",
        "Teruskan",
        "Butuh waktu",
    ]


@pytest.mark.parametrize(
    ("ago", "kind"), [(timedelta(hours=23, minutes=54), "image"), (timedelta(hours=23, minutes=56), "template")]
)
def test_the_window_is_looked_at_when_it_is_sent(office: Office, ago: timedelta, kind: str) -> None:
    office.connector().reply(office.question(heard_at=datetime.now(UTC) - ago, buttons=()), office.remember)
    assert sent_body(office)["type"] == kind


def test_words_alone_within_the_window(office: Office) -> None:
    office.connector().reply(office.question(warm=True, media=(), buttons=()), office.remember)
    assert sent_body(office)["type"] == "text"


def test_the_picture_arrives_whole_and_is_not_sent_up_again(office: Office) -> None:
    office.connector().reply(office.question(), office.remember)
    (blob,) = office.stand_in.world.files.values()
    assert blob.data == office.picture.read_bytes()
    again = office.question(handle={"media": office.remembered[0]["media"]})
    office.connector().reply(again, office.remember)
    assert len(office.wire.asked(r"/media$")) == 1
    assert len(office.ledger()) == 2


def test_the_token_goes_in_a_header_and_nowhere_else(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        office.connector().reply(office.question(), office.remember)
    assert {seen.headers["authorization"] for seen in office.wire.seen} == {f"Bearer {TOKEN}"}
    assert not any("EAA" in seen.path or b"EAA" in seen.body for seen in office.wire.seen)
    assert "EAA" not in caplog.text


class TakenOverError(Exception):
    pass


def test_nothing_is_sent_by_an_attempt_that_was_taken_over(office: Office) -> None:
    raised = TakenOverError()

    def remember(handle: Mapping[str, str]) -> None:
        raise raised

    with pytest.raises(TakenOverError) as caught:
        office.connector().reply(office.question(), remember)
    assert caught.value is raised
    assert office.ledger() == []
    assert office.wire.asked(MESSAGES) == []


@pytest.mark.parametrize("fault", ["500-before", "500-after", "timeout-after", "drop-before", "drop-after"])
def test_a_lost_question_is_unknown_and_asked_once(office: Office, fault: str) -> None:
    office.fault("dm", fault)
    item = office.question()
    with pytest.raises(OutcomeUnknown):
        office.connector().reply(item, office.remember)
    assert len(office.wire.asked(MESSAGES)) == 1
    assert len(office.ledger()) == fault.endswith("after")


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", {"messages": []}, {"messages": [{"id": ""}]}, {"contacts": 1}])
def test_a_yes_that_nobody_can_read_is_unknown(office: Office, body: Any) -> None:
    office.wire.tell(MESSAGES, Answer(200, body, after=True))
    with pytest.raises(OutcomeUnknown):
        office.connector().reply(office.question(), office.remember)


@pytest.mark.parametrize("fault", ["500-before", "500-after", "drop-before", "drop-after"])
def test_a_picture_that_did_not_go_up_did_nothing(office: Office, fault: str) -> None:
    office.fault("upload", fault)
    with pytest.raises(Unreachable):
        office.connector().reply(office.question(), office.remember)
    assert office.ledger() == []
    assert office.remembered == []


@pytest.mark.parametrize("operation", ["upload", "dm"])
@pytest.mark.parametrize(
    ("fault", "ours", "reason"),
    [
        ("429", RateLimited, Reason.TOO_FAST),
        ("quota", RateLimited, Reason.TOO_FAST),
        ("login-required", LoginNeeded, Reason.SESSION_EXPIRED),
        ("token-revoked", LoginNeeded, Reason.SESSION_EXPIRED),
        ("challenge", LoginNeeded, Reason.SUSPENDED),
        ("permission-missing", LoginNeeded, Reason.NO_PERMISSION),
    ],
)
def test_a_clear_no(office: Office, operation: str, fault: str, ours: type[ConnectorError], reason: Reason) -> None:
    office.fault(operation, fault)
    with pytest.raises(ours) as caught:
        office.connector().reply(office.question(), office.remember)
    assert caught.value.reason is reason
    assert office.ledger() == []


def error(code: int, **more: Any) -> Answer:
    told = {"message": "said", "type": "OAuthException", "code": code, "fbtrace_id": "x"}
    return Answer(400, {"error": {**told, **more}})


@pytest.mark.parametrize(
    ("code", "ours", "reason"),
    [
        (131047, Refused, Reason.WINDOW_OVER),
        (131026, Refused, Reason.MESSAGES_CLOSED),
        (131030, Refused, Reason.MESSAGES_CLOSED),
        (131042, LoginNeeded, Reason.NO_CREDIT),
        (131053, Refused, Reason.MEDIA_REFUSED),
        (131031, LoginNeeded, Reason.SUSPENDED),
        (132001, Refused, Reason.TEMPLATE_REFUSED),
        (132016, Refused, Reason.TEMPLATE_REFUSED),
        (131048, RateLimited, Reason.ACTION_BLOCKED),
        (131056, RateLimited, Reason.TOO_FAST),
        (130429, RateLimited, Reason.TOO_FAST),
        (131000, OutcomeUnknown, Reason.SERVER_ERROR),
        (2, OutcomeUnknown, Reason.SERVER_ERROR),
        (250, LoginNeeded, Reason.NO_PERMISSION),
        (999999, Refused, Reason.REFUSED),
    ],
)
def test_each_code_means_something_of_ours(
    office: Office, code: int, ours: type[ConnectorError], reason: Reason
) -> None:
    office.wire.tell(MESSAGES, error(code))
    with pytest.raises(ours) as caught:
        office.connector().reply(office.question(), office.remember)
    assert caught.value.reason is reason


def test_a_limit_of_a_known_length_says_until_when(office: Office) -> None:
    office.wire.tell(MESSAGES, error(131056))
    with pytest.raises(RateLimited) as caught:
        office.connector().reply(office.question(), office.remember)
    assert caught.value.until is not None
    assert timedelta(minutes=4) < caught.value.until - datetime.now(UTC) <= timedelta(minutes=5)


def test_errors_hold_no_token(office: Office) -> None:
    office.wire.tell(MESSAGES, error(100, message=f"Malformed access token {TOKEN} or EAAbcdefgh"))
    with pytest.raises(Refused) as caught:
        office.connector().reply(office.question(), office.remember)
    assert "EAA" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_token_of_an_odd_shape_is_not_quoted_either(office: Office) -> None:
    office.secrets = {**office.secrets, "token": "tidak-lazim-123"}
    office.wire.tell("/media$", error(190, message="Malformed access token tidak-lazim-123"))
    with pytest.raises(LoginNeeded) as caught:
        office.connector().reply(office.question(), office.remember)
    assert "tidak-lazim" not in str(caught.value)


def test_nobody_answers(office: Office) -> None:
    with pytest.raises(Unreachable):
        office.connector("http://127.0.0.1:9").check()
    with pytest.raises(Unreachable):
        office.connector("http://127.0.0.1:9").reply(office.question(), office.remember)


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"text": ""}, Reason.TEXT_REFUSED),
        ({"text": "x" * 1025}, Reason.TEXT_REFUSED),
        ({"buttons": ("a", "b", "c", "d")}, Reason.TEXT_REFUSED),
        ({"buttons": ("x" * 21,)}, Reason.TEXT_REFUSED),
        ({"media": ()}, Reason.MEDIA_REFUSED),
        ({"media": (Media(Path("/nowhere.png"), "image/png"),)}, Reason.MEDIA_REFUSED),
        ({"media": (Media(Path("/nowhere.mp4"), "video/mp4"),)}, Reason.MEDIA_REFUSED),
    ],
)
def test_what_cannot_be_sent_is_refused_before_anything_leaves(
    office: Office, more: dict[str, Any], reason: Reason
) -> None:
    with pytest.raises(Refused) as caught:
        office.connector().reply(office.question(**{"text": "Mohon arahan", **more}), office.remember)
    assert caught.value.reason is reason
    assert office.wire.seen == []


def test_it_is_internal(office: Office) -> None:
    connector = office.connector()
    assert connector.capability.kinds == {Kind.DM}
    assert list(connector.fetch({})) == []
    assert connector.permalink("wamid.x") == ""
    for verb in (
        lambda: connector.publish(office.question(), office.remember),
        lambda: connector.delete_own(office.question(), "wamid.x"),
        lambda: connector.moderate(office.question()),
    ):
        with pytest.raises(Refused):
            verb()
    assert office.wire.seen == []


def test_the_receipt_alone_tells_that_it_arrived(office: Office) -> None:
    begun = datetime.now(UTC)
    assert office.connector().find_own(office.question(), begun) == Absent()
    known = office.question(handle={"media": "1", "receipt": "wamid.7"})
    assert office.connector().find_own(known, begun) == Found(Sent("wamid.7"))
