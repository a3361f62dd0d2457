"""The inbox, thank-yous, messages entered by hand, cases and their evidence."""

import re
import uuid
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from PIL import Image

from connectors.models import Outgoing
from connectors.views import NOTED
from moderation.models import Answer, Case, Evidence, Message
from tests import console
from tests.desk import Desk, make_answer, make_case, make_delivery, make_desk, make_evidence, make_message

pytestmark = pytest.mark.django_db
State = Message.State


@pytest.fixture
def desk() -> Desk:
    return make_desk()


def praised(desk: Desk, state: str) -> Answer:
    return make_answer(make_message(desk, "Bagus", State.THANKS, label="praise"), "Terima kasih", state, "thanks")


def test_the_inbox_shows_one_kind_of_work_and_finds_words(desk: Desk) -> None:
    make_message(desk, "perlu dilihat")
    make_message(desk, "sebuah tanya", State.QUESTION, author_name="Pak Slamet")
    make_message(desk, "sudah beres", State.DONE)
    client = console.signed_in(desk.officer)
    asked = {"": "perlu dilihat sebuah tanya", "?show=question": "sebuah tanya", "?show=done": "sudah beres"}
    asked |= {"?q=slamet": "sebuah tanya", "?q=DILIHAT": "perlu dilihat", "?q=tiada": ""}
    for query, texts in asked.items():
        page = client.get(reverse("inbox") + query).content.decode()
        for text in ("perlu dilihat", "sebuah tanya", "sudah beres"):
            assert (text in page) == (text in texts), (query, text)


@pytest.mark.parametrize(
    ("label", "state"),
    [
        ("complaint", State.CASE),
        ("suggestion", State.CASE),
        ("question", State.QUESTION),
        ("other", State.DONE),
        ("praise", State.THANKS),
    ],
)
def test_one_tap_says_what_a_message_is(desk: Desk, label: str, state: str) -> None:
    message = make_message(desk, "Entahlah")
    page = console.signed_in(desk.officer).post(
        reverse("message_label", args=[message.pk]), {"label": label, "next": "/kotak-masuk/?show=review"}, follow=True
    )
    message.refresh_from_db()
    assert (message.label, message.state) == (label, state)
    assert page.redirect_chain[-1][0] == "/kotak-masuk/?show=review"
    assert "bar-success" in page.content.decode()


def test_a_label_that_does_not_exist_changes_nothing(desk: Desk) -> None:
    message = make_message(desk, "Entahlah")
    console.signed_in(desk.officer).post(reverse("message_label", args=[message.pk]), {"label": "spam"})
    message.refresh_from_db()
    assert message.label == "other"


def test_a_question_is_answered_in_one_step_and_a_double_tap_is_one_answer(desk: Desk) -> None:
    message = make_message(desk, "Jam berapa buka?", State.QUESTION)
    client = console.signed_in(desk.officer)
    data = {"text": "Pukul 07.30, Bu.", "key": str(uuid.uuid4())}
    for _tap in range(2):
        client.post(reverse("message_answer", args=[message.pk]), data)
    answer = Answer.objects.get()
    assert answer.author == desk.officer
    assert answer.outgoing is not None
    assert (answer.outgoing.state, answer.outgoing.text) == (Outgoing.State.QUEUED, "Pukul 07.30, Bu.")


def form_key(client: Client, address: str) -> str:
    page = client.get(address).content.decode()
    found = re.search(r'name="key" value="([^"]+)"', page)
    assert found
    return found[1]


def test_who_opens_the_form_anew_because_nothing_came_back_and_says_the_same_has_said_it_once(desk: Desk) -> None:
    message = make_message(desk, "Jam berapa buka?", State.QUESTION)
    client, page = console.signed_in(desk.officer), reverse("message", args=[message.pk])
    keys = [form_key(client, page) for _form in range(2)]
    for key, text in [(keys[0], "Pukul 07.30"), (keys[1], "Pukul 07.30"), (keys[1], "Pukul 08.00")]:
        client.post(reverse("message_answer", args=[message.pk]), {"text": text, "key": key})
    assert [one.text for one in Answer.objects.all()] == ["Pukul 07.30", "Pukul 08.00"]
    client.post(reverse("message_answer", args=[message.pk]), {"text": "Pukul 07.30", "key": form_key(client, page)})
    assert Answer.objects.count() == 3  # it was answered since: who says it again means it


@pytest.mark.parametrize("text", ["", "   ", "x" * 100_000])
def test_an_empty_or_endless_answer_is_not_sent_and_what_was_typed_stays(desk: Desk, text: str) -> None:
    message = make_message(desk, "Jam berapa buka?", State.QUESTION)
    response = console.signed_in(desk.officer).post(reverse("message_answer", args=[message.pk]), {"text": text})
    assert response.status_code == 422
    assert text[:50] in response.content.decode()
    assert not Answer.objects.exists()


def test_an_answer_may_be_noted_without_being_sent(desk: Desk) -> None:
    message = make_message(desk, "Jam berapa buka?", State.QUESTION)
    client = console.signed_in(desk.officer)
    client.post(reverse("message_answer", args=[message.pk]), {"text": "Sudah saya telepon.", "by_hand": "1"})
    assert Answer.objects.get().outgoing is None
    assert not Outgoing.objects.exists()


def test_a_case_is_opened_from_a_message_and_putting_away_is_one_tap(desk: Desk) -> None:
    one, two = make_message(desk, "tolong ini"), make_message(desk, "biasa saja")
    client = console.signed_in(desk.officer)
    response = client.post(reverse("message_case", args=[one.pk]))
    assert response.headers["Location"] == reverse("case", args=[Case.objects.get().pk])
    client.post(reverse("message_dismiss", args=[two.pk]))
    two.refresh_from_db()
    assert two.state == State.DONE


def test_a_proposed_thank_you_goes_out_by_one_tap(desk: Desk) -> None:
    answer = praised(desk, "draft")
    console.signed_in(desk.officer).post(reverse("thanks_send", args=[answer.pk]))
    assert Outgoing.objects.get().state == Outgoing.State.QUEUED


@pytest.mark.parametrize(("verb", "state"), [("thanks_stop", "queued"), ("thanks_decline", "draft")])
def test_a_thank_you_is_stopped_and_its_message_waits(desk: Desk, verb: str, state: str) -> None:
    answer = praised(desk, state)
    console.signed_in(desk.officer).post(reverse(verb, args=[answer.pk]))
    assert Outgoing.objects.get().state == Outgoing.State.WITHDRAWN
    assert Message.objects.get().state == State.REVIEW


def test_stopping_what_is_out_says_too_late(desk: Desk) -> None:
    answer = praised(desk, "sent")
    page = console.signed_in(desk.officer).post(reverse("thanks_stop", args=[answer.pk]), follow=True)
    assert "bar-warning" in page.content.decode()
    assert Outgoing.objects.get().state == Outgoing.State.SENT


def test_stopping_what_is_being_sent_says_what_will_become_of_it(desk: Desk) -> None:
    answer = praised(desk, "unknown")
    page = console.signed_in(desk.officer).post(reverse("thanks_stop", args=[answer.pk]), follow=True)
    with translation.override("id"):
        assert str(NOTED) in page.content.decode()
    assert Outgoing.objects.get().unwanted == "stopped"


def screenshot(kind: str = "PNG") -> bytes:
    content = BytesIO()
    Image.new("RGB", (300, 600), "white").save(content, kind)
    return content.getvalue()


def entered(**more: object) -> dict[str, object]:
    written_at = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    complaint = {"channel": "WhatsApp", "author_name": "Bu Siti", "text": "Obat habis terus", "label": "complaint"}
    return {**complaint, "written_at": written_at, **more}


def test_a_message_entered_by_hand_with_its_screenshot_is_a_case_with_evidence(desk: Desk) -> None:
    client = console.signed_in(desk.officer)
    upload = SimpleUploadedFile("../../Foto Layar.PNG", screenshot(), "image/png")
    client.post(reverse("message_enter"), entered(upload=upload))
    evidence = Evidence.objects.get(kind="upload")
    assert evidence.case.label == "complaint"
    response = client.get(reverse("evidence", args=[evidence.pk]))
    assert response.headers["Content-Type"] == "image/png"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert response.getvalue() == screenshot()
    page = client.get(reverse("case", args=[evidence.case_id])).content.decode()
    assert "WhatsApp" in page


@pytest.mark.parametrize(
    "content",
    [b"<svg onload=alert(1)>", b"<html>", b"", screenshot()[:200], screenshot("GIF"), b"\x89PNG\r\n\x1a\n" + b"0" * 99],
)
def test_what_is_no_picture_is_refused(desk: Desk, content: bytes) -> None:
    upload = SimpleUploadedFile("layar.png", content, "image/png")
    response = console.signed_in(desk.officer).post(reverse("message_enter"), entered(upload=upload))
    assert response.status_code == 200
    assert 'class="errors"' in response.content.decode()
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"text": ""}, {"written_at": "2199-01-01T08:00"}, {"permalink": "javascript:alert(1)"}]
)
def test_a_message_that_is_not_whole_is_not_entered(desk: Desk, wrong: dict[str, object]) -> None:
    response = console.signed_in(desk.officer).post(reverse("message_enter"), entered(**wrong))
    assert response.status_code == 200
    assert not Message.objects.exists()


def test_cases_stand_urgent_first_and_are_found_by_number_name_and_text(desk: Desk) -> None:
    make_case(desk, "antri lama")
    urgent = make_case(desk, "gawat sekali", urgent=True)
    client = console.signed_in(desk.officer)
    page = client.get(reverse("cases")).content.decode()
    assert page.index("gawat sekali") < page.index("antri lama")
    for words in [urgent.number, "GAWAT", "ratna"]:
        assert "gawat sekali" in client.get(reverse("cases"), {"q": words}).content.decode(), words
    assert "gawat sekali" not in client.get(reverse("cases"), {"q": "antri"}).content.decode()


def test_a_case_is_taken_closed_and_opened_again(desk: Desk) -> None:
    case = make_case(desk, "tambah kursi roda", "suggestion")
    client = console.signed_in(desk.officer)
    for verb, state in [("take", "open"), ("close", "closed"), ("reopen", "open")]:
        client.post(reverse(f"case_{verb}", args=[case.pk]))
        case.refresh_from_db()
        assert (case.state, case.officer) == (state, desk.officer)
    page = client.post(reverse("case_reopen", args=[case.pk]), follow=True).content.decode()
    assert "bar-warning" in page


def test_an_answer_in_a_case_goes_to_the_message_that_was_chosen(desk: Desk) -> None:
    case = make_case(desk, "air mati", is_group=True)
    older = case.incoming_messages.get()
    make_message(desk, "saya juga", State.CASE, case=case)
    client = console.signed_in(desk.officer)
    page = client.get(reverse("case", args=[case.pk]), {"jawab": older.pk}).content.decode()
    assert reverse("message_answer", args=[older.pk]) in page
    client.post(reverse("message_answer", args=[older.pk]), {"text": "Sedang diperbaiki.", "key": str(uuid.uuid4())})
    answer = Answer.objects.get()
    assert (answer.case, answer.message) == (case, older)
    live = client.get(reverse("case", args=[case.pk]), {"part": "answers"}, headers={"HX-Request": "true"})
    assert "Sedang diperbaiki." in live.content.decode()
    assert client.get(reverse("case", args=[case.pk]), {"jawab": "1'"}).status_code == 200


@pytest.mark.parametrize("reason", ["sign_in_page", "a reason of tomorrow", ""])
def test_evidence_that_is_not_taken_says_why_and_may_be_tried_again(desk: Desk, reason: str) -> None:
    case = make_case(desk, "air mati")
    impossible = make_evidence(case, case.incoming_messages.get(), Evidence.State.IMPOSSIBLE, "public_page")
    Evidence.objects.filter(pk=impossible.pk).update(reason=reason)
    client = console.signed_in(desk.officer)
    assert client.get(reverse("evidence", args=[impossible.pk])).status_code == 404
    again = reverse("evidence_again", args=[impossible.pk])
    assert again in client.get(reverse("case", args=[case.pk])).content.decode()
    client.post(again)
    impossible.refresh_from_db()
    assert impossible.state == Evidence.State.WANTED
    assert "evidence.wanted_again" not in client.get(reverse("case", args=[case.pk])).content.decode()


def test_a_write_leads_to_where_it_stands(desk: Desk) -> None:
    delivery = make_delivery(desk, "kiriman")
    case = make_case(desk, "air mati")
    in_case = make_answer(case.incoming_messages.get(), "sebentar")
    alone = make_answer(make_message(desk, "halo"), "halo juga")
    client = console.signed_in(desk.officer)
    places = {
        delivery.outgoing_id: reverse("delivery", args=[delivery.pk]),
        in_case.outgoing_id: reverse("case", args=[case.pk]),
        alone.outgoing_id: reverse("message", args=[alone.message_id]),
    }
    for pk, address in places.items():
        assert client.get(reverse("outgoing", args=[pk])).headers["Location"] == address
