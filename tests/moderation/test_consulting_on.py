"""What follows a question to an officer: taps, passing on, reminders, the next in line, the mail with its link, and
what comes along with a reply."""

import re
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from connectors.base import Heard, Incoming, MessageKind
from connectors.errors import OutcomeUnknown, Reason, Refused, Unreachable
from connectors.models import Account, Outgoing
from connectors.whatsapp import WhatsApp
from moderation import steps
from moderation.consultation import asking, attachments, hearing, line, mailing, patience, reaching, waiting
from moderation.consultation.models import Consultation, ConsultationReply, Nudge
from moderation.models import Case, Evidence
from moderation.steps.models import Step
from offices.models import Event, Notice, Officer
from tests import console
from tests.desk import Desk, make_case, make_desk
from tests.listening import Mailbox, mail_server
from tests.rows import an_account, an_officer

pytestmark = pytest.mark.django_db
NUMBER, HEAD, OTHER = "6281200001111", "6281355557777", "6281366668888"
MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # 09.00 WIB
Role = Officer.Role


@pytest.fixture(autouse=True)
def folders(settings: Any, tmp_path: Path) -> None:
    settings.EVIDENCE_ROOT, settings.MEDIA_ROOT = tmp_path / "evidence", tmp_path / "media"


@pytest.fixture
def desk() -> Desk:
    return make_desk("Dinas Kesehatan", kind="city")


@pytest.fixture
def head(desk: Desk) -> Officer:
    return an_officer(desk.office, "ratna", first_name="Ratna", phone=HEAD, role=Role.SECTION_HEAD)


@pytest.fixture
def other(desk: Desk) -> Officer:
    return an_officer(desk.office, "joko", first_name="Joko", phone=OTHER, role=Role.DIVISION_HEAD)


@pytest.fixture
def number(desk: Desk) -> Account:
    return an_account(desk.office, "whatsapp", NUMBER, remote_id="10" + NUMBER, secrets={"token": "EAA.x"})


@pytest.fixture
def case(desk: Desk) -> Case:
    case = make_case(desk, "Antri dari pagi")
    steps.begin(case, MONDAY)
    steps.reached(case, steps.Output.SCREENSHOT, MONDAY)
    return case


def pictured(one: Consultation) -> Consultation:
    path = Path(settings.EVIDENCE_ROOT) / "x.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (300, 200), "white").save(path)
    taken = {"state": "taken", "path": "x.png", "sha256": "a" * 64, "captured_at": MONDAY}
    Evidence.objects.filter(consultations=one).update(**taken)
    one.refresh_from_db()
    return one


def asked(case: Case, officer: Officer, number: Account, at: datetime = MONDAY, wamid: str = "wamid.Q") -> Consultation:
    """A question that is out since `at`."""
    asker = Officer.objects.get(username="sari")
    one = asking.ask(case, case.incoming_messages.get(), officer, "Mohon arahan", uuid.uuid4(), at, asker, number)
    Outgoing.objects.filter(consultation=one).update(state="sent", remote_id=wamid, sent_at=at)
    asking.follow_up(at)
    return pictured(one)


def hear(
    number: Account, text: str, author: str = HEAD, at: datetime = MONDAY, quotes: str = "wamid.Q", **raw: Any
) -> None:
    message = Incoming(
        MessageKind.DM,
        remote_id=f"wamid.{uuid.uuid4().hex}",
        author_id=author,
        author_handle="",
        author_name="",
        text=text,
        written_at=at,
        raw={"type": "text", **raw},
        parent=quotes,
    )
    hearing.hear(number, Heard(number.remote_id, (message,), ()), at)


def tap(number: Account, title: str, **more: Any) -> None:
    hear(number, title, type="button", **more)


def verbs(case: Case) -> list[str]:
    found = Event.objects.filter(subject=f"case:{case.id}", verb__startswith="consultation.")
    return list(found.order_by("id").values_list("verb", flat=True))


# --- taps


def test_pass_on_sends_a_list_and_the_choice_asks_that_officer(
    case: Case, head: Officer, other: Officer, number: Account
) -> None:
    one = asked(case, head, number)
    tap(number, "Teruskan")
    nudge = Nudge.objects.get(kind="whom")
    item = nudge.outgoing.item()
    assert (item.thread, [(row.title, row.note) for row in item.choices]) == (
        HEAD,
        [("Joko", str(Role.DIVISION_HEAD.label))],
    )
    assert item.heard_at == MONDAY
    key = item.choices[0].key
    Outgoing.objects.filter(nudge=nudge).update(state="sent", remote_id="wamid.L", sent_at=MONDAY)
    chosen = {"type": "list_reply", "list_reply": {"id": key, "title": "Joko"}}
    for _ in range(2):
        hear(number, "Joko", quotes="wamid.L", type="interactive", interactive=chosen)
    new = Consultation.objects.exclude(id=one.id).get()
    one.refresh_from_db()
    assert (new.officer, new.passed_from, new.number, new.question) == (other, one, OTHER, one.question)
    assert one.passed_at == MONDAY
    assert one.next_look_at is None
    assert verbs(case).count("consultation.passed_on") == 1
    ended = Step.objects.filter(case=case, output="passed_on")
    assert [step.ended_by for step in ended] == [head]
    assert Notice.objects.get(kind="consultation_passed").data["to"] == "Joko"


@pytest.mark.parametrize("key", ["teruskan:999:1", "teruskan:1:999999", "teruskan", "x:1:1", "teruskan:1:1:1"])
def test_a_line_that_is_not_ours_passes_nothing_on(
    case: Case, head: Officer, other: Officer, number: Account, key: str
) -> None:
    one = asked(case, head, number)
    chosen = {"type": "list_reply", "list_reply": {"id": key, "title": "Joko"}}
    hear(number, "Joko", type="interactive", interactive=chosen)
    one.refresh_from_db()
    assert one.passed_at is None


def test_somebody_elses_tap_does_nothing(case: Case, head: Officer, other: Officer, number: Account) -> None:
    asked(case, head, number)
    tap(number, "Teruskan", author="6281399990000")
    assert not Nudge.objects.exists()


def test_with_nobody_to_pass_it_to_the_moderator_chooses(case: Case, head: Officer, number: Account) -> None:
    asked(case, head, number)
    tap(number, "Teruskan")
    assert not Nudge.objects.exists()
    assert Notice.objects.filter(kind="consultation_pass").exists()


def test_need_time_puts_the_reminder_off_once(case: Case, head: Officer, number: Account) -> None:
    one = asked(case, head, number)
    for _ in range(2):
        tap(number, "Butuh waktu")
    first = one.next_look_at
    one.refresh_from_db()
    assert one.needs_time_at == MONDAY
    assert first is not None
    assert one.next_look_at == patience.limit_at(case, MONDAY) > first
    assert verbs(case).count("consultation.needs_time") == 1


# --- no answer


def test_a_reminder_and_then_the_next_in_line(case: Case, head: Officer, other: Officer, number: Account) -> None:
    one = asked(case, head, number)
    waiting.look(MONDAY)
    assert not Nudge.objects.exists()
    assert one.next_look_at is not None
    for _ in range(2):
        waiting.look(one.next_look_at)
    nudge = Nudge.objects.get(kind="reminder")
    item = nudge.outgoing.item()
    assert item.text.startswith("Pengingat")
    assert (item.buttons, len(item.media)) == (("Saya jawab", "Teruskan", "Butuh waktu"), 1)
    one.refresh_from_db()
    later = one.next_look_at
    assert later is not None
    for _ in range(2):
        waiting.look(later)
    new = Consultation.objects.exclude(id=one.id).get()
    assert (new.officer, new.passed_from) == (other, one)
    assert Notice.objects.get(kind="consultation_next").data["to"] == "Joko"
    hear(number, "Sampaikan maaf", at=later, quotes="")
    assert ConsultationReply.objects.get().consultation == one


def test_a_reply_to_the_reminder_is_a_reply_to_the_question(case: Case, head: Officer, number: Account) -> None:
    one = asked(case, head, number)
    assert one.next_look_at is not None
    waiting.look(one.next_look_at)
    Outgoing.objects.filter(nudge__kind="reminder").update(state="sent", remote_id="wamid.R", sent_at=MONDAY)
    hear(number, "Loket ditambah", at=one.next_look_at, quotes="wamid.R")
    reply = ConsultationReply.objects.get()
    assert (reply.consultation, reply.quoted) == (one, True)


@pytest.mark.parametrize("how", ["answered", "closed", "passed"])
def test_nobody_is_reminded_of_what_is_over(case: Case, head: Officer, number: Account, how: str) -> None:
    one = asked(case, head, number)
    if how == "answered":
        hear(number, "Loket ditambah")
    elif how == "closed":
        Case.objects.filter(id=case.id).update(state=Case.State.CLOSED)
    else:
        Consultation.objects.filter(id=one.id).update(passed_at=MONDAY)
    waiting.look(MONDAY + timedelta(days=30))
    one.refresh_from_db()
    assert (Nudge.objects.count(), one.next_look_at) == (0, None)


def test_when_nobody_is_left_whoever_asked_is_told(case: Case, head: Officer, number: Account) -> None:
    one = asked(case, head, number)
    Consultation.objects.filter(id=one.id).update(looked=1)
    waiting.look(MONDAY + timedelta(days=30))
    assert Notice.objects.get(kind="consultation_silent").officer == one.asked_by


def test_shared_from_ones_own_phone_the_reminder_is_ones_own(case: Case, head: Officer, desk: Desk) -> None:
    asking.share(case, case.incoming_messages.get(), head, "Mohon", uuid.uuid4(), MONDAY, desk.officer)
    waiting.look(MONDAY + timedelta(days=2))
    assert Notice.objects.filter(kind="consultation_silent").exists()


def test_who_is_asked_first(case: Case, head: Officer, other: Officer, desk: Desk) -> None:
    from moderation.judging.topics import topics_of

    officers = list(asking.officers_for(case))
    assert line.first_to_ask(case, officers) == head  # SOP-2 step 3
    owner = an_officer(desk.office, "tono", role=Role.PROGRAMME)
    topic = topics_of(desk.office)[0]
    topic.owner = owner
    topic.save()
    case.topic = topic.slug
    assert line.first_to_ask(case, [*officers, owner]) == owner  # SOP-1 §7.2


# --- by mail


@pytest.fixture
def box(settings: Any) -> Iterator[Mailbox]:
    with mail_server() as opened:
        settings.EMAIL_BACKEND, settings.EMAIL_READY = "django.core.mail.backends.smtp.EmailBackend", True
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", opened.port, False
        yield opened


@pytest.fixture
def mailed(case: Case, head: Officer, desk: Desk, box: Mailbox) -> Consultation:
    """A question that went out by mail."""
    head.email = "ratna@example.go.id"
    head.save()
    message, at = case.incoming_messages.get(), timezone.now()
    one = reaching.mail(case, message, head, "Mohon arahan", uuid.uuid4(), at, desk.officer)
    mailing.send_due(at)  # the picture is not there yet
    assert box.mails == []
    pictured(one)
    mailing.send_due(at + timedelta(minutes=1))
    one.refresh_from_db()
    return one


def link_in(box: Mailbox) -> str:
    body = box.mails[-1].get_body(("plain",))
    assert body is not None
    found = re.search(r"http://\S+/arahan/\S+", body.get_content())
    assert found is not None
    return urlsplit(found[0]).path


def test_the_mail_brings_picture_and_link_and_nothing_personal(mailed: Consultation, box: Mailbox) -> None:
    (mail,) = box.mails
    assert box.to == ["ratna@example.go.id"]
    assert mailed.case.number in str(mail["Subject"])
    (file,) = mail.iter_attachments()
    assert file.get_content() == (Path(settings.EVIDENCE_ROOT) / "x.png").read_bytes()
    token = signing.loads(link_in(box).split("/")[2], salt=mailing.SALT)
    assert token == [mailed.id, mailed.officer_id]
    assert mailed.sent_at is not None
    mailing.send_due(timezone.now() + timedelta(hours=1))
    assert len(box.mails) == 1
    assert Step.objects.filter(case=mailed.case, output="consulted").exists()


def test_the_link_answers_exactly_this_case_without_an_account(mailed: Consultation, box: Mailbox) -> None:
    client, path = Client(), link_in(box)
    page = client.get(path)
    assert "Mohon arahan" in page.content.decode()
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert console.look(client, f"{path}gambar/")[0] == 200
    key = uuid.uuid4()
    for _ in range(2):
        assert client.post(path, {"text": "Loket ditambah", "key": key}).status_code == 302
    reply = ConsultationReply.objects.get()
    assert (reply.consultation, reply.text, reply.entered_by, reply.quoted) == (mailed, "Loket ditambah", None, True)
    mailed.refresh_from_db()
    assert mailed.answered_at is not None
    assert Notice.objects.get(kind="consultation_answered").officer == mailed.asked_by
    assert "Loket ditambah" in client.get(path).content.decode()


def test_an_empty_or_endless_answer_is_not_taken(mailed: Consultation, box: Mailbox) -> None:
    for text in ("", "  ", "x" * 5000):
        assert Client().post(link_in(box), {"text": text}).status_code == 422
    assert not ConsultationReply.objects.exists()


@pytest.mark.parametrize(
    "how", ["answered", "closed", "passed", "left", "old", "forged", "other_salt", "other_officer"]
)
def test_a_link_that_is_over_shows_and_takes_nothing(
    mailed: Consultation, box: Mailbox, how: str, monkeypatch: pytest.MonkeyPatch, other: Officer
) -> None:
    path = link_in(box)
    if how in ("answered", "closed"):
        Case.objects.update(state=how)
    elif how == "passed":
        Consultation.objects.update(passed_at=timezone.now())
    elif how == "left":
        Officer.objects.filter(username="ratna").update(is_active=False)
    elif how == "old":
        monkeypatch.setattr(mailing, "LINK_AGE", timedelta(seconds=-1))
    elif how == "forged":
        path = path[:-3] + ("a" if path[-3] != "a" else "b") + path[-2:]
    elif how == "other_salt":
        path = reverse("consultation_link", args=[signing.dumps([mailed.id, mailed.officer_id])])
    else:
        path = reverse("consultation_link", args=[signing.dumps([mailed.id, other.id], salt=mailing.SALT)])
    for response in (
        Client().get(path),
        Client().post(path, {"text": "Halo"}),
        Client().get(f"{path}gambar/"),
        Client().post(f"{path}waktu/"),
        Client().post(f"{path}teruskan/", {"officer": other.id}),
    ):
        assert response.status_code == 410
        assert "Mohon arahan" not in response.content.decode()
    assert not ConsultationReply.objects.exists()


def test_the_other_two_buttons_by_link(mailed: Consultation, box: Mailbox, other: Officer, number: Account) -> None:
    client, path = Client(), link_in(box)
    assert client.post(f"{path}waktu/").status_code == 302
    mailed.refresh_from_db()
    assert mailed.needs_time_at is not None
    stranger = make_desk("Puskesmas Kendalsari", "budi").officer
    client.post(f"{path}teruskan/", {"officer": stranger.id})
    assert Consultation.objects.count() == 1
    assert "Joko" in client.post(f"{path}teruskan/", {"officer": other.id}).content.decode()
    assert Consultation.objects.get(officer=other).passed_from == mailed
    assert client.get(path).status_code == 410


def test_the_link_is_limited(mailed: Consultation, box: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    from moderation.consultation import link_views

    monkeypatch.setattr(link_views, "WRITES_MAX", 2)
    answers = [Client().post(link_in(box), {"text": f"Jawaban {n}"}).status_code for n in range(4)]
    assert answers == [302, 302, 429, 429]
    monkeypatch.setattr(link_views, "LOOKS_MAX", 3)
    assert Client().get(link_in(box)).status_code == 429


def test_a_mail_that_does_not_leave_is_tried_again_and_then_told(
    case: Case, head: Officer, desk: Desk, box: Mailbox
) -> None:
    head.email = "ratna@example.go.id"
    head.save()
    box.refuse = True
    at = timezone.now()
    one = pictured(reaching.mail(case, case.incoming_messages.get(), head, "Mohon", uuid.uuid4(), at, desk.officer))
    for hour in range(mailing.TRIES + 2):
        mailing.send_due(at + timedelta(hours=hour))
    one.refresh_from_db()
    assert (one.failure, one.mail_tries, one.sent_at) == ("no_mail", mailing.TRIES, None)
    assert Notice.objects.get(kind="consultation_failed").officer == desk.officer


def test_two_workers_send_a_mail_once_and_one_that_died_is_replaced(
    case: Case, head: Officer, desk: Desk, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    head.email = "ratna@example.go.id"
    head.save()
    at = timezone.now()
    asked = pictured(reaching.mail(case, case.incoming_messages.get(), head, "Mohon", uuid.uuid4(), at, desk.officer))
    first, second = (Consultation.objects.select_related("case__office", "officer", "picture").get() for _ in range(2))
    with monkeypatch.context() as dying:
        dying.setattr(mailing, "_try", lambda one, at: None)
        mailing.send(first, at)
    mailing.send(second, at)  # both had read the same row
    mailing.send_due(at + mailing.LEASE - timedelta(seconds=1))
    assert box.mails == []
    for _twice in range(2):
        mailing.send_due(at + mailing.LEASE)
    assert len(box.mails) == 1
    asked.refresh_from_db()
    assert (asked.mail_tries, asked.mail_due_at, asked.sent_at) == (2, None, at + mailing.LEASE)


def test_a_reminder_by_mail_is_one_more_mail(mailed: Consultation, box: Mailbox) -> None:
    assert mailed.next_look_at is not None
    waiting.look(mailed.next_look_at)
    mailing.send_due(mailed.next_look_at)
    mailing.send_due(mailed.next_look_at + timedelta(hours=1))
    assert [str(mail["Subject"])[:10] for mail in box.mails] == ["Mohon arah", "Pengingat:"]


def test_asking_by_mail_from_the_page(case: Case, head: Officer, desk: Desk, settings: Any) -> None:
    settings.EMAIL_READY = True
    client = console.signed_in(desk.officer)
    given = {"officer": head.pk, "question": "Mohon", "way": "email", "key": uuid.uuid4()}
    client.post(reverse("consultation_ask", args=[case.pk]), given)
    assert not Consultation.objects.exists()  # no address
    Officer.objects.filter(pk=head.pk).update(email="ratna@example.go.id")
    for _ in range(2):
        client.post(reverse("consultation_ask", args=[case.pk]), given)
    assert Consultation.objects.get().way == "email"
    assert "lewat email" in client.get(reverse("case", args=[case.pk])).content.decode()


# --- what comes along


PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


@pytest.fixture
def voice(case: Case, head: Officer, number: Account) -> ConsultationReply:
    asked(case, head, number)
    hear(number, "[pesan suara]", type="audio", audio={"id": "77", "mime_type": "audio/ogg"})
    return ConsultationReply.objects.get()


def brings(monkeypatch: pytest.MonkeyPatch, what: Any) -> None:
    def medium(self: WhatsApp, media_id: str, most: int) -> tuple[bytes, str]:
        if isinstance(what, Exception):
            raise what
        found: tuple[bytes, str] = what
        return found

    monkeypatch.setattr(WhatsApp, "medium", medium)


def test_a_voice_note_is_kept_once_and_can_be_heard(
    voice: ConsultationReply, monkeypatch: pytest.MonkeyPatch, desk: Desk, case: Case
) -> None:
    brings(monkeypatch, (b"OggS", "audio/ogg"))
    for _ in range(2):
        attachments.fetch_wanted(MONDAY)
    voice.refresh_from_db()
    assert (voice.media_type, voice.media_due_at, voice.media_tries) == ("audio/ogg", None, 1)
    assert (Path(settings.MEDIA_ROOT) / voice.media_path).stat().st_mode & 0o077 == 0
    address = reverse("consultation_attachment", args=[voice.pk])
    client = console.signed_in(desk.officer)
    assert f'src="{address}"' in client.get(reverse("case", args=[case.pk])).content.decode()
    stranger = make_desk("Puskesmas Kendalsari", "budi").officer
    assert console.signed_in(stranger).get(address).status_code == 404
    response = client.get(address)
    assert (response["Content-Type"], response.getvalue()) == ("audio/ogg", b"OggS")


@pytest.mark.parametrize(
    ("what", "tries"),
    [
        (Refused(Reason.MEDIA_REFUSED, "20000000 bytes"), 1),
        ((b"MZ", "application/x-msdownload"), 1),
        (Unreachable(Reason.SERVER_ERROR), attachments.TRIES),
        (OutcomeUnknown(Reason.TIMEOUT), attachments.TRIES),
    ],
)
def test_what_cannot_be_kept_says_so(
    voice: ConsultationReply, monkeypatch: pytest.MonkeyPatch, what: Any, tries: int
) -> None:
    brings(monkeypatch, what)
    for hour in range(attachments.TRIES + 2):
        attachments.fetch_wanted(MONDAY + timedelta(hours=hour))
    voice.refresh_from_db()
    assert (voice.media_path, voice.media_type, voice.media_due_at, voice.media_tries) == ("", "refused", None, tries)
    assert Event.objects.filter(verb="consultation.not_attached").count() == 1


def test_while_the_number_is_in_use_nothing_counts_as_a_try(
    voice: ConsultationReply, number: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    brings(monkeypatch, (PNG, "image/png"))
    Account.objects.filter(id=number.id).update(
        lane_token=uuid.uuid4(), lane_until=timezone.now() + timedelta(minutes=5)
    )
    attachments.fetch_wanted(timezone.now())
    voice.refresh_from_db()
    assert voice.media_tries == 0
    assert voice.media_due_at is not None
