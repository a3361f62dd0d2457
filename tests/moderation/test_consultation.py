"""SOP-2, step 3: asking a section head by WhatsApp or from one's own phone, and what comes back."""

import time
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import requests
from django.conf import settings
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from pytest_django.live_server_helper import LiveServer

from connectors import sending
from connectors.base import Heard, Incoming, MessageKind, Receipt
from connectors.errors import Reason
from connectors.letterbox import Letterbox, WebhookBody
from connectors.models import Account, Outgoing
from moderation import escalation, evidence, news
from moderation.capture.shots import Order
from moderation.consultation import asking, deciding, hearing, picture, taps, waiting
from moderation.consultation.models import Consultation, ConsultationReply, Nudge
from moderation.drafting.models import Draft
from moderation.drafting.prefill import prefilled
from moderation.models import Case, Evidence, Message
from offices.models import Event, Notice, Officer
from sandbox.server import Sandbox
from tests import console
from tests.desk import Desk, make_case, make_desk
from tests.rows import an_account, an_office, an_officer

pytestmark = pytest.mark.django_db
NUMBER = "6281200001111"
SECRETS = {"phone_id": f"10{NUMBER}", "token": f"EAA.whatsapp.{NUMBER}", "app_secret": "rahasia-aplikasi"}
HEAD = "6281355557777"
TEXT = "Antri dari pagi, hubungi saya di 0812-3456-7890 ya"


@pytest.fixture(autouse=True)
def folders(settings: Any, tmp_path: Path) -> None:
    settings.EVIDENCE_ROOT = tmp_path / "evidence"
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def desk() -> Desk:
    return make_desk()


@pytest.fixture
def head(desk: Desk) -> Officer:
    role = Officer.Role.SECTION_HEAD
    return an_officer(desk.office, "ratna", first_name="Ratna", phone="0813-5555-7777", role=role)


@pytest.fixture
def number(desk: Desk) -> Account:
    """The office's WhatsApp number."""
    return an_account(desk.office, "whatsapp", NUMBER, remote_id=SECRETS["phone_id"], secrets=SECRETS)


@pytest.fixture
def case(desk: Desk) -> Case:
    case = make_case(desk, TEXT)
    start = TEXT.index("0812")
    found = {"rule": "personal.phone", "text": TEXT[start : start + 14], "start": start, "end": start + 14}
    case.incoming_messages.update(reasons=[found, {"rule": "complaint.strong", "text": "Antri", "start": 0, "end": 5}])
    return case


def message_of(case: Case) -> Message:
    return case.incoming_messages.get()


def taken(row: Evidence) -> None:
    """The photographer has been."""
    path = settings.EVIDENCE_ROOT / "x.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (300, 200), "white").save(path)
    Evidence.objects.filter(id=row.id).update(state="taken", path="x.png", sha256="a" * 64, captured_at=timezone.now())


def asked(case: Case, head: Officer, number: Account, wamid: str = "wamid.Q", **fields: Any) -> Consultation:
    """A question that is out."""
    desk_officer = Officer.objects.get(username="sari")
    at = timezone.now()
    one = asking.ask(case, message_of(case), head, "Mohon arahan", uuid.uuid4(), at, desk_officer, number)
    Outgoing.objects.filter(consultation=one).update(state="sent", remote_id=wamid, sent_at=at)
    asking.follow_up(at)
    if fields:
        Consultation.objects.filter(id=one.id).update(**fields)
    one.refresh_from_db()
    return one


def said(text: str = "Sampaikan maaf", author: str = HEAD, quotes: str = "wamid.Q", **more: Any) -> Incoming:
    defaults: dict[str, Any] = {
        "remote_id": f"wamid.{uuid.uuid4().hex}",
        "written_at": timezone.now(),
        "raw": {"type": "text"},
        "parent": quotes,
    }
    return Incoming(
        MessageKind.DM, author_id=author, author_handle="", author_name="", text=text, **{**defaults, **more}
    )


def hear(number: Account, *messages: Incoming, receipts: tuple[Receipt, ...] = ()) -> None:
    hearing.hear(number, Heard(number.remote_id, messages, receipts), timezone.now())


def verbs(case: Case) -> list[str]:
    found = Event.objects.filter(subject=f"case:{case.id}", verb__startswith="consultation.")
    return list(found.order_by("id").values_list("verb", flat=True))


# --- the picture


def test_what_is_personal_is_covered_and_the_rest_is_not(case: Case) -> None:
    message = message_of(case)
    assert message.masked_text == "Antri dari pagi, hubungi saya di ██████████████ ya"
    message.reasons = [
        {"rule": "illness.sensitive", "start": 6, "end": 999},
        {"rule": "personal.nik", "start": -4, "end": 2},
    ]
    covered = message.masked_text
    assert covered.startswith("██tri ████ █████ ")
    assert len(covered) == len(TEXT)
    assert "0812" not in asking.question_for(case, message)


def test_the_masked_sheet_shows_no_number_and_says_so(case: Case) -> None:
    message = message_of(case)
    sheet = evidence.sheet(message, case, timezone.now(), covered=True)
    assert "0812" not in sheet
    assert "██████████████" in sheet
    assert "data pribadi ditutup" in sheet
    assert message.author_id not in sheet
    assert "0812" in evidence.sheet(message, case, timezone.now())
    message.author_name = message.author_handle = ""
    assert message.author_id not in evidence.sheet(message, case, timezone.now(), covered=True)
    assert message.author_id in evidence.sheet(message, case, timezone.now())


def test_a_masked_picture_is_ordered_once_and_again_where_it_failed(case: Case, desk: Desk) -> None:
    message, at = message_of(case), timezone.now()
    row = picture.want(case, message, at, desk.officer)
    assert picture.want(case, message, at, desk.officer) == row
    order = evidence.order_for(row, at)
    assert isinstance(order, Order)
    assert "0812" not in order.html
    Evidence.objects.filter(id=row.id).update(state="impossible", reason="crashed", tries=5)
    assert picture.want(case, message, at, desk.officer).state == "wanted"
    assert verbs(case) == ["consultation.picture"] * 2


# --- asking


def test_people_of_the_office_and_of_the_one_over_it_can_be_asked(desk: Desk, head: Officer, case: Case) -> None:
    city = an_office("kota", kind="city")
    desk.office.parent = city
    desk.office.save()
    above = an_officer(city, "joko")
    an_officer(city, "gone", is_active=False)
    an_officer(an_office("lain"), "lain")
    assert set(asking.officers_for(case)) == {desk.officer, head, above}


def test_the_offices_own_number_goes_before_the_citys(desk: Desk) -> None:
    assert asking.account_for(desk.office) is None
    city = an_office("kota", kind="city")
    desk.office.parent = city
    citys = an_account(city, "whatsapp", "6281")
    assert asking.account_for(desk.office) == citys
    own = an_account(desk.office, "whatsapp", "6282")
    assert asking.account_for(desk.office) == own
    Account.objects.filter(id=own.id).update(state="red")
    assert asking.account_for(desk.office) == citys


def test_a_question_waits_for_its_picture_and_then_goes(case: Case, head: Officer, number: Account, desk: Desk) -> None:
    at, key = timezone.now(), uuid.uuid4()
    for _ in range(2):
        one = asking.ask(case, message_of(case), head, "Mohon arahan", key, at, desk.officer, number)
    assert Consultation.objects.count() == Outgoing.objects.filter(account=number).count() == 1
    assert one.outgoing is not None
    assert (one.number, one.outgoing.state) == (HEAD, "draft")
    asking.follow_up(at)
    one.outgoing.refresh_from_db()
    assert one.outgoing.state == "draft"
    assert one.picture is not None
    taken(one.picture)
    asking.follow_up(at)
    one.outgoing.refresh_from_db()
    item = one.outgoing.item()
    assert (one.outgoing.state, item.thread, item.buttons, item.heard_at) == ("queued", HEAD, taps.BUTTONS, None)
    assert item.media[0].path.read_bytes() == picture.file_of(Evidence.objects.get(consultations=one)).read_bytes()
    assert item.media[0].path.stat().st_mode & 0o077 == 0
    assert verbs(case) == ["consultation.picture", "consultation.asked"]


def test_without_a_picture_nothing_goes_out_and_who_asked_is_told(
    case: Case, head: Officer, number: Account, desk: Desk
) -> None:
    one = asking.ask(case, message_of(case), head, "Mohon", uuid.uuid4(), timezone.now(), desk.officer, number)
    Evidence.objects.filter(consultations=one).update(state="impossible", reason="browser_missing")
    asking.follow_up(timezone.now())
    asking.follow_up(timezone.now())
    one.refresh_from_db()
    assert one.outgoing is not None
    assert (one.failure, one.outgoing.state) == ("no_picture", "withdrawn")
    assert Notice.objects.get(kind="consultation_failed").officer == desk.officer


@pytest.mark.parametrize("how", ["closed", "closed by another process", "answer typed in"])
@pytest.mark.parametrize("pictured", [False, True])
def test_what_waits_for_its_picture_is_not_asked_once_it_is_over(
    case: Case, head: Officer, number: Account, desk: Desk, how: str, pictured: bool
) -> None:
    at = timezone.now()
    one = asking.ask(case, message_of(case), head, "Mohon", uuid.uuid4(), at, desk.officer, number)
    assert one.picture is not None
    assert one.outgoing is not None
    if pictured:
        taken(one.picture)
        asking.follow_up(at)
        if how == "closed by another process":
            Outgoing.objects.update(state="draft")
    if how == "closed":
        Case.objects.filter(id=case.id).update(handled_at=at)
        assert escalation.close(case, at, desk.officer)
    elif how == "answer typed in":
        deciding.enter(one, "Sampaikan maaf", at, desk.officer)
    else:
        Case.objects.filter(id=case.id).update(state="closed")
    taken(one.picture)
    for _ in range(2):
        asking.follow_up(at)
    one.outgoing.refresh_from_db()
    one.refresh_from_db()
    assert (one.outgoing.state, one.failure, one.sent_at) == ("withdrawn", "called_off", None)
    assert verbs(case).count("consultation.called_off") == 1
    assert not Notice.objects.filter(kind="consultation_failed").exists()
    page = console.signed_in(desk.officer).get(reverse("consultations", args=[case.pk])).content.decode()
    assert "tidak jadi dikirim" in page


def test_a_question_about_an_answered_case_still_goes(case: Case, head: Officer, number: Account, desk: Desk) -> None:
    """Of a complaint whose follow-up is still to be noted."""
    Case.objects.filter(id=case.id).update(state="answered", answered_at=timezone.now())
    one = asking.ask(case, message_of(case), head, "Mohon", uuid.uuid4(), timezone.now(), desk.officer, number)
    assert one.picture is not None
    taken(one.picture)
    asking.follow_up(timezone.now())
    assert Outgoing.objects.get(consultation=one).state == "queued"


def test_closing_leaves_what_is_out_and_keeps_back_its_reminder(
    case: Case, head: Officer, number: Account, desk: Desk
) -> None:
    one, at = asked(case, head, number), timezone.now()
    one = Consultation.objects.select_related("case", "outgoing__account", "picture").get(id=one.id)
    waiting.say(one, Nudge.Kind.REMINDER, at, text="Pengingat")
    Case.objects.filter(id=case.id).update(handled_at=at)
    assert escalation.close(case, at, desk.officer)
    assert Outgoing.objects.get(nudge__consultation=one).state == "withdrawn"
    one.refresh_from_db()
    assert (one.failure, Outgoing.objects.get(consultation=one).state) == ("", "sent")
    assert "consultation.called_off" not in verbs(case)


def test_an_officer_without_a_number_cannot_be_asked_by_the_desk(case: Case, desk: Desk, number: Account) -> None:
    nobody = an_officer(desk.office, "budi")
    with pytest.raises(ValueError, match="number"):
        asking.ask(case, message_of(case), nobody, "Mohon", uuid.uuid4(), timezone.now(), desk.officer, number)
    assert not Consultation.objects.exists()


def test_a_refusal_at_once_is_told(case: Case, head: Officer, number: Account) -> None:
    one = asked(case, head, number)
    Consultation.objects.filter(id=one.id).update(sent_at=None)
    Outgoing.objects.filter(consultation=one).update(state="failed", reason=Reason.TEMPLATE_REFUSED)
    asking.follow_up(timezone.now())
    one.refresh_from_db()
    assert one.failure == Reason.TEMPLATE_REFUSED


# --- hearing


def test_an_answer_from_the_registered_number_stands_on_the_case_once(
    case: Case, head: Officer, number: Account
) -> None:
    one = asked(case, head, number)
    answer = said()
    hear(number, answer)
    hear(number, answer)
    (reply,) = ConsultationReply.objects.all()
    one.refresh_from_db()
    assert (reply.consultation, reply.text, reply.quoted, reply.set_aside) == (one, "Sampaikan maaf", True, False)
    assert one.answered_at == answer.written_at
    notice = Notice.objects.get(kind="consultation_answered")
    assert (notice.officer, notice.address) == (one.asked_by, f"/kasus/{case.id}/#konsultasi")
    assert verbs(case) == ["consultation.picture", "consultation.asked", "consultation.sent", "consultation.replied"]


@pytest.mark.parametrize("author", ["6281355557778", "", "81355557777", "ID.778"])
def test_anybody_elses_answer_is_none_though_they_quote(
    case: Case, head: Officer, number: Account, author: str
) -> None:
    asked(case, head, number)
    hear(number, said(author=author))
    assert not ConsultationReply.objects.exists()
    assert Notice.objects.filter(kind="whatsapp_stranger").count() == 1
    assert head.phone not in str(Notice.objects.get(kind="whatsapp_stranger").data)


@pytest.mark.parametrize("change", [{"phone": "0813-0000-0000"}, {"phone": ""}, {"is_active": False}])
def test_who_is_no_longer_registered_with_that_number_is_not_heard(
    case: Case, head: Officer, number: Account, change: dict[str, Any]
) -> None:
    asked(case, head, number)
    Officer.objects.filter(id=head.id).update(**change)
    hear(number, said())
    assert not ConsultationReply.objects.exists()


def test_another_officer_cannot_answer_for_the_one_who_was_asked(
    case: Case, head: Officer, number: Account, desk: Desk
) -> None:
    other = an_officer(desk.office, "joko", phone="+62 813-1111-2222")
    asked(case, head, number)
    theirs = asked(make_case(desk, "lain"), other, number, "wamid.T")
    hear(number, said(author="6281311112222", quotes="wamid.Q"))
    reply = ConsultationReply.objects.get()
    assert (reply.consultation, reply.quoted) == (theirs, False)


def test_without_a_quote_it_is_the_newest_question_still_open(
    case: Case, head: Officer, number: Account, desk: Desk
) -> None:
    at = timezone.now()
    first = asked(case, head, number, "wamid.1")
    second = asked(make_case(desk, "kedua"), head, number, "wamid.2")
    third = asked(make_case(desk, "ketiga"), head, number, "wamid.3", answered_at=at)
    hear(number, said("satu", quotes=""))
    hear(number, said("dua", quotes="wamid.unknown"))
    hear(number, said("tiga", quotes=""))
    found = ConsultationReply.objects.order_by("id").values_list("consultation", "quoted")
    assert list(found) == [(second.id, False), (first.id, False), (third.id, False)]


def test_what_was_written_before_the_question_answers_an_older_one(case: Case, head: Officer, number: Account) -> None:
    asked(case, head, number)
    hear(number, said(quotes="", written_at=timezone.now() - timedelta(hours=2)))
    assert not ConsultationReply.objects.exists()


def test_another_numbers_news_is_not_ours(case: Case, head: Officer, number: Account) -> None:
    asked(case, head, number)
    hear(an_account(an_office("lain"), "whatsapp", "62899", remote_id="1"), said())
    assert not ConsultationReply.objects.exists()


def test_a_tap_is_shown_and_is_no_answer(case: Case, head: Officer, number: Account) -> None:
    one = asked(case, head, number)
    hear(number, said("Bukan bidang saya", raw={"type": "button"}))
    one.refresh_from_db()
    reply = ConsultationReply.objects.get()
    assert (reply.tapped, reply.set_aside, one.answered_at) == (True, True, None)
    assert Notice.objects.filter(kind="consultation_tapped").exists()


def receipt(**more: Any) -> Receipt:
    return Receipt(**{"remote_id": "wamid.Q", "token": "", "at": timezone.now(), **more})


def test_a_person_with_a_user_name_is_known_by_the_receipt(case: Case, head: Officer, number: Account) -> None:
    asked(case, head, number)
    hear(number, said(author="ID.778"))
    assert not ConsultationReply.objects.exists()
    hear(number, receipts=(receipt(people=frozenset({HEAD, "ID.778"})),))
    hear(number, said(author="ID.778"))
    assert ConsultationReply.objects.count() == 1


def test_a_question_that_failed_on_its_way_says_so(case: Case, head: Officer, number: Account, desk: Desk) -> None:
    one = asked(case, head, number)
    for _ in range(2):
        hear(number, receipts=(receipt(failure=Reason.WINDOW_OVER), receipt(remote_id="", failure=Reason.REFUSED)))
    one.refresh_from_db()
    assert one.failure == Reason.WINDOW_OVER
    assert verbs(case).count("consultation.failed") == Notice.objects.filter(kind="consultation_failed").count() == 1
    page = console.signed_in(desk.officer).get(reverse("case", args=[case.pk])).content.decode()
    assert "tidak sampai" in page.lower() or "did not arrive" in page


def test_a_receipt_without_a_number_is_nobodys(case: Case, head: Officer, number: Account, desk: Desk) -> None:
    one = asking.ask(case, message_of(case), head, "Mohon", uuid.uuid4(), timezone.now(), desk.officer, number)
    hear(number, receipts=(receipt(remote_id="", failure=Reason.REFUSED),))
    one.refresh_from_db()
    assert one.failure == ""


def test_the_next_question_within_a_day_may_be_free_form(
    case: Case, head: Officer, number: Account, desk: Desk
) -> None:
    asked(case, head, number)
    answer = said()
    hear(number, answer)
    deciding.enter(Consultation.objects.get(), "Lewat telepon", timezone.now(), desk.officer)  # opens no window
    next_one = asking.ask(case, message_of(case), head, "Lagi", uuid.uuid4(), timezone.now(), desk.officer, number)
    assert next_one.picture is not None
    taken(next_one.picture)
    asking.follow_up(timezone.now())
    assert Outgoing.objects.get(consultation=next_one).item().heard_at == answer.written_at


# --- deciding


def test_a_reply_becomes_the_draft_of_the_answer(case: Case, head: Officer, number: Account, desk: Desk) -> None:
    one = asked(case, head, number)
    hear(number, said("Loket kami tambah mulai besok"))
    reply = ConsultationReply.objects.get()
    client = console.signed_in(desk.officer)
    response = client.post(reverse("consultation_adopt", args=[reply.pk]))
    address = response.headers["Location"]
    draft = Draft.objects.get()
    assert (draft.author, draft.source, draft.text) == (head, reply, "Loket kami tambah mulai besok")
    assert address == f"/kasus/{case.pk}/?jawab={one.message_id}&draf={draft.pk}#jawab"
    page = client.get(address).content.decode()
    assert "Loket kami tambah mulai besok</textarea>" in page
    reply.refresh_from_db()
    assert reply.adopted_at is not None
    client.post(reverse("consultation_adopt", args=[reply.pk]))
    assert verbs(case).count("consultation.adopted") == 1
    assert Draft.objects.count() == 1


@pytest.mark.parametrize("chosen", ["", "x", "1'", "999999", "9" * 30])
def test_a_draft_from_nowhere_is_empty(case: Case, desk: Desk, chosen: str) -> None:
    assert prefilled(case, message_of(case), QueryDict(urlencode({"draf": chosen})), desk.officer) == {}


def test_a_draft_of_another_case_is_not_shown(case: Case, head: Officer, number: Account, desk: Desk) -> None:
    asked(case, head, number)
    hear(number, said())
    draft = deciding.adopt(ConsultationReply.objects.get(), timezone.now(), desk.officer)
    other = make_case(desk, "lain")
    query = QueryDict(urlencode({"draf": draft.pk}))
    assert prefilled(other, message_of(other), query, desk.officer) == {}
    assert prefilled(case, message_of(case), query, desk.officer) == {"draft": draft.text, "replaces": draft.pk}


def test_not_yet_an_answer_opens_the_question_again(case: Case, head: Officer, number: Account, desk: Desk) -> None:
    one = asked(case, head, number)
    first, second = said("Sebentar"), said("Sampaikan maaf")
    hear(number, first, second)
    replies = ConsultationReply.objects.order_by("id")
    client = console.signed_in(desk.officer)
    for reply, answered_at in zip(replies, (second.written_at, None), strict=True):
        client.post(reverse("consultation_set_aside", args=[reply.pk]))
        one.refresh_from_db()
        assert one.answered_at == answered_at
    assert verbs(case).count("consultation.set_aside") == 2


# --- the page


def test_sharing_from_ones_own_phone_is_noted_once(case: Case, head: Officer, desk: Desk) -> None:
    client = console.signed_in(desk.officer)
    page = client.get(reverse("case", args=[case.pk])).content.decode()
    assert reverse("consultation_picture", args=[case.pk]) in page
    assert 'value="whatsapp_api"' not in page
    client.post(reverse("consultation_picture", args=[case.pk]), {"message": message_of(case).pk})
    row = Evidence.objects.get(kind="masked")
    wanted = client.get(reverse("consultation_picture", args=[case.pk])).content.decode()
    assert "every 2s" in wanted
    taken(row)
    page = client.get(reverse("case", args=[case.pk])).content.decode()
    assert f'data-share="{reverse("evidence", args=[row.pk])}"' in page
    assert "https://wa.me/?text=Mohon%20arahan" in page
    assert not console.inline_in(page)
    form = {"officer": head.pk, "question": "Mohon arahan", "way": "share", "key": str(uuid.uuid4())}
    for _ in range(2):
        client.post(reverse("consultation_ask", args=[case.pk]), form)
    one = Consultation.objects.get()
    assert (one.way, one.sent_at is None, one.picture, one.outgoing) == ("share", False, row, None)
    client.post(reverse("consultation_enter", args=[one.pk]), {"text": "Kata beliau: mohon maaf"})
    client.post(reverse("consultation_enter", args=[one.pk]), {"text": "Kata beliau: mohon maaf"})
    reply = ConsultationReply.objects.get()
    assert (reply.entered_by, reply.consultation) == (desk.officer, one)
    live = client.get(reverse("consultations", args=[case.pk])).content.decode()
    assert "Kata beliau: mohon maaf" in live
    assert verbs(case) == ["consultation.picture", "consultation.shared", "consultation.entered"]


def test_the_write_leads_to_its_case(case: Case, head: Officer, number: Account, desk: Desk) -> None:
    one = asked(case, head, number)
    response = console.signed_in(desk.officer).get(reverse("outgoing", args=[one.outgoing_id]))
    assert response.headers["Location"] == f"/kasus/{case.pk}/#konsultasi"


@pytest.mark.parametrize(
    "wrong", [{"question": ""}, {"question": "x" * 701}, {"officer": "0"}, {"officer": ""}, {"way": "whatsapp_api"}]
)
def test_what_is_not_whole_asks_nobody(case: Case, head: Officer, desk: Desk, wrong: dict[str, str]) -> None:
    form = {"officer": head.pk, "question": "Mohon", "way": "share", "key": str(uuid.uuid4()), **wrong}
    page = console.signed_in(desk.officer).post(reverse("consultation_ask", args=[case.pk]), form, follow=True)
    assert "bar-" in page.content.decode()
    assert not Consultation.objects.exists()


def test_another_office_finds_none_of_it(case: Case, head: Officer, number: Account) -> None:
    one = asked(case, head, number)
    hear(number, said())
    stranger = console.signed_in(an_officer(an_office("lain"), "lain"))
    reply = ConsultationReply.objects.get()
    assert stranger.get(reverse("consultations", args=[case.pk])).status_code == 404
    for name, pk in [
        ("consultation_picture", case.pk),
        ("consultation_ask", case.pk),
        ("consultation_enter", one.pk),
        ("consultation_adopt", reply.pk),
        ("consultation_set_aside", reply.pk),
    ]:
        assert stranger.post(reverse(name, args=[pk])).status_code == 404, name
    assert Client().get(reverse("consultations", args=[case.pk])).status_code == 302


# --- over the wire, both ways


def until(happened: Callable[[], bool], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def control(stand_in: Sandbox, verb: str, **body: Any) -> None:
    data = {"platform": "whatsapp", "account": NUMBER, **body}
    answer = requests.post(f"{stand_in.base}/_sandbox/{verb}", json=data, timeout=5)
    assert answer.status_code == 201, answer.text


@pytest.mark.django_db(transaction=True)
def test_a_case_goes_to_a_section_head_and_the_answer_comes_back(
    case: Case, head: Officer, number: Account, desk: Desk, stand_in: Sandbox, live_server: LiveServer, settings: Any
) -> None:
    settings.PUBLIC_URL = live_server.url
    connector = number.connector()
    assert connector.check().handle == NUMBER
    connector.close()
    box = Letterbox.of(number)
    control(stand_in, "webhooks", url=box.address, secret=SECRETS["app_secret"], verify_token=box.verify_token)

    client = console.signed_in(desk.officer)
    form = {"officer": head.pk, "question": "Mohon arahan, antri lama", "way": "whatsapp_api", "key": str(uuid.uuid4())}
    client.post(reverse("consultation_ask", args=[case.pk]), form)
    one = Consultation.objects.get()
    assert one.picture is not None
    taken(one.picture)
    asking.follow_up(timezone.now())
    sending.work_off(number.id)
    asking.follow_up(timezone.now())
    one.refresh_from_db()
    assert one.sent_at is not None
    assert one.outgoing is not None

    phone = f"{stand_in.base}/web.whatsapp.com/{NUMBER}/{HEAD}/"
    page = requests.get(phone, timeout=5).text
    assert "Mohon arahan, antri lama" in page
    assert "/_sandbox/media/" in page
    pk = one.outgoing.remote_id.removeprefix("wamid.HBgN").removesuffix("A=")
    assert f"kutip={pk}" in page
    requests.post(phone, data={"button": "Saya jawab", "quotes": pk}, timeout=5)
    requests.post(phone, data={"text": "Sampaikan maaf, loket ditambah", "quotes": pk}, timeout=5)
    control(stand_in, "dm", author="6281399990000", text="Saya juga mau menjawab", quotes=pk)
    until(lambda: WebhookBody.objects.count() >= 5)  # two receipts, a tap, an answer, a stranger
    news.read_news(timezone.now())

    replies = one.replies.order_by("id").values_list("text", "tapped", "quoted", "set_aside")
    assert list(replies) == [
        ("Saya jawab", True, True, True),
        ("Sampaikan maaf, loket ditambah", False, True, False),
    ]
    assert not Message.objects.exclude(case=case).exists()
    shown = client.get(reverse("case", args=[case.pk])).content.decode()
    assert "Sampaikan maaf, loket ditambah" in shown

    # the window is open now: the next one is free form
    form |= {"key": str(uuid.uuid4()), "question": "Terima kasih.\nKapan loketnya?"}
    client.post(reverse("consultation_ask", args=[case.pk]), form)
    asking.follow_up(timezone.now())
    sending.work_off(number.id)
    assert "Terima kasih.\nKapan loketnya?" in requests.get(phone, timeout=5).text


@pytest.mark.django_db(transaction=True)
def test_a_lost_question_is_found_again_by_its_receipt_and_not_asked_twice(
    case: Case, head: Officer, number: Account, desk: Desk, stand_in: Sandbox, live_server: LiveServer, settings: Any
) -> None:
    settings.PUBLIC_URL = live_server.url
    box = Letterbox.of(number)
    connector = number.connector()
    connector.check()
    connector.close()
    control(stand_in, "webhooks", url=box.address, secret=SECRETS["app_secret"], verify_token=box.verify_token)
    one = asking.ask(case, message_of(case), head, "Mohon", uuid.uuid4(), timezone.now(), desk.officer, number)
    assert one.picture is not None
    taken(one.picture)
    asking.follow_up(timezone.now())
    control(stand_in, "faults", operation="dm", fault="drop-after")
    sending.work_off(number.id)
    row = Outgoing.objects.get(consultation=one)
    assert row.state == "unknown"
    until(lambda: WebhookBody.objects.count() >= 2)
    news.read_news(timezone.now())
    ready(row, number)
    sending.work_off(number.id)
    row.refresh_from_db()
    assert row.state == "sent"
    assert row.remote_id.startswith("wamid.")
    assert len(stand_in.world.ledger()) == 1


def ready(row: Outgoing, number: Account, at: datetime | None = None) -> None:
    """The lag is over, and the account has rested."""
    Outgoing.objects.filter(id=row.id).update(lease_until=at or timezone.now())
    Account.objects.filter(id=number.id).update(parked_until=None)
