"""Erasing one person's data: nothing of it is left to be found, the digests stay, and the chain still verifies."""

import json
import uuid
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from connectors.base import Incoming, MessageKind
from connectors.models import Outgoing
from connectors.outgoing import tell
from moderation import poll
from moderation.consultation import asking, attachments, hearing, reaching, waiting
from moderation.consultation.models import Consultation, ConsultationReply, Nudge
from moderation.drafting.models import Draft
from moderation.handling import handing_over, noting
from moderation.handling.models import Handling
from moderation.joining import joining
from moderation.models import Answer, Case, Evidence, Message
from moderation.notes.models import Note
from moderation.records import chain, checking, erased_words, erasing
from moderation.records.checking import go_through
from moderation.records.models import ChainLink, Erasure, MessageChange
from moderation.register.models import Export
from offices.models import Event, Notice, Office, Officer
from tests.moderation.records.conftest import first_message
from tests.rows import a_message, an_account, an_office, an_officer

SAID = ("Siti", "Aminah", "siti.aminah", "Antre lima jam", "Tolong dibalas", "lihat foto", "w77")


def erase(case: Case, officer: Officer) -> Erasure | None:
    message = first_message(case)
    return erasing.erase(message, timezone.now(), officer, asked_by="penulisnya, lewat telepon", reason="UU 27/2022")


def everything_stored() -> str:
    """Every value of every row of the desk's own tables."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found += [str(row) for row in cursor.fetchall()]
    return "\n".join(found)


@pytest.mark.django_db(transaction=True)
def test_nothing_of_it_is_left_and_the_chain_still_verifies(case: Case, officer: Officer) -> None:
    assert all(said in everything_stored() for said in SAID)
    head = chain.head(case.pk)
    erasure = erase(case, officer)
    assert erasure is not None
    left = everything_stored()
    assert [said for said in SAID if said in left] == []
    assert list(Path(settings.EVIDENCE_ROOT).rglob("*.png")) == []
    assert [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()] == []
    assert Answer.objects.get(case=case).text == f"Mohon maaf, Ibu {erased_words.COVER}. Kami perbaiki."
    result = go_through(case)
    assert result.findings == []
    last = chain.head(case.pk)
    assert head is not None
    assert last is not None
    assert (last.kind, last.position) == (ChainLink.Kind.ERASURE, head.position + 1)
    event = Event.objects.get(verb="case.erased")
    assert (event.actor, event.data["messages"]) == (officer, 3)
    erasure.refresh_from_db()
    assert (erasure.asked_by, erasure.files) == ("penulisnya, lewat telepon", [])
    assert erase(case, officer) is None


@pytest.mark.django_db(transaction=True)
def test_only_that_person_and_only_this_case(case: Case, officer: Officer) -> None:
    assert case.account is not None
    other = a_message(case.account, "saya Budi, sama", author_id="w88", author_name="Budi", case=case, state="case")
    elsewhere = a_message(case.account, "di tempat lain", author_id="w77", author_name="Siti Aminah")
    erase(case, officer)
    other.refresh_from_db()
    elsewhere.refresh_from_db()
    assert (other.text, elsewhere.text) == ("saya Budi, sama", "di tempat lain")


def test_it_is_not_fetched_anew(case: Case, officer: Officer) -> None:
    erase(case, officer)
    message = first_message(case)
    assert message.account is not None
    one = Incoming(
        kind=MessageKind.COMMENT, remote_id=message.remote_id, author_id="w77", author_handle="siti.aminah",
        author_name="Siti Aminah", text="Antre lima jam", written_at=timezone.now(), raw={"text": "Antre lima jam"},
    )  # fmt: skip
    poll.store_messages(message.account, [one], timezone.now())
    message.refresh_from_db()
    assert (message.text, message.raw, message.author) == ("", {}, "")
    assert not MessageChange.objects.exists()


def test_a_picture_being_taken_meanwhile_is_not_kept(case: Case, officer: Officer) -> None:
    row = case.evidence.filter(kind="rendering").order_by("id")[0]
    Evidence.objects.filter(id=row.pk).update(state="wanted", sha256="", path="")
    ChainLink.objects.filter(about=f"evidence:{row.pk}").delete()
    erase(case, officer)
    row.refresh_from_db()
    assert row.state == Evidence.State.ERASED
    assert f"evidence:{row.pk}" not in {one.about for one in go_through(case).findings}


def test_what_a_crash_left_on_the_disk_is_seen_and_removed(case: Case, officer: Officer) -> None:
    files = erasing.files_of([first_message(case)])
    kept = {tuple(one): checking.path_of(*one).read_bytes() for one in files if checking.path_of(*one).exists()}
    assert kept
    erasure = erase(case, officer)
    assert erasure is not None
    for (kind, path), content in kept.items():
        checking.path_of(kind, path).write_bytes(content)
    Erasure.objects.filter(id=erasure.id).update(files=files, files_gone_at=None)
    assert [one.code for one in go_through(case).findings] == ["file_left"]
    assert erasing.remove_files(timezone.now()) == 1
    assert go_through(case).findings == []


def test_erased_data_that_comes_back_with_a_backup_is_seen(case: Case, officer: Officer) -> None:
    message = first_message(case)
    erase(case, officer)
    Message.objects.filter(id=message.id).update(text=message.text)
    assert "not_erased" in {one.code for one in go_through(case).findings}


def test_what_an_erasure_covers_cannot_be_widened_later(case: Case, officer: Officer) -> None:
    erasure = erase(case, officer)
    assert erasure is not None
    Erasure.objects.filter(id=erasure.id).update(covers=[*erasure.covers, f"case:{case.pk}"])
    assert "row_changed" in {one.code for one in go_through(case).findings}


def test_files_made_of_the_case_go_too(case: Case, officer: Officer, folders: Path) -> None:
    made = folders / "exports" / "x.zip"
    made.parent.mkdir()
    made.write_bytes(b"x")
    for kind, about in (("surat_masuk", case), ("csv", None)):
        Export.objects.create(office=case.office, kind=kind, case=about, asked_by=officer, state="made", path="x.zip")
    erase(case, officer)
    assert set(Export.objects.values_list("state", flat=True)) == {"dropped"}
    assert not made.exists()
    assert json.dumps(list(Event.objects.values_list("data", flat=True))).count("Siti") == 0


def test_a_message_that_was_moved_is_erased_in_both_cases_chains(case: Case, officer: Officer) -> None:
    message = first_message(case)
    new = joining.split(message, timezone.now(), officer)
    assert new is not None
    assert (go_through(case).findings, go_through(new).findings) == ([], [])
    message.refresh_from_db()
    erasing.erase(message, timezone.now(), officer, asked_by="penulisnya", reason="diminta")
    assert {one.code for one in (*go_through(case).findings, *go_through(new).findings)} <= {"file_left"}
    assert case.erasures.count() == new.erasures.count() == 1


def test_their_name_goes_from_notes_drafts_and_what_was_done(case: Case, officer: Officer) -> None:
    handling = noting.note(
        case, Handling(what="Bu Siti ditemui di loket", done_on=case.opened_at), timezone.now(), officer
    )
    Note.objects.create(office=case.office, case=case, text="Aminah sudah ditelepon", by=officer)
    Draft.objects.create(
        office=case.office, case=case, message=first_message(case), text="Yth. Ibu Siti", author=officer
    )
    erase(case, officer)
    handling.refresh_from_db()
    assert handling.what == f"Bu {erased_words.COVER} ditemui di loket"
    assert Note.objects.get().text == f"{erased_words.COVER} sudah ditelepon"
    assert Draft.objects.get().text == f"Yth. Ibu {erased_words.COVER}"
    assert {one.code for one in go_through(case).findings} <= {"file_left"}


def test_handing_over_is_a_link(case: Case, officer: Officer) -> None:
    city = an_office("dinas", kind="city")
    Office.objects.filter(id=case.office_id).update(parent=city)
    case.office.refresh_from_db()
    before = case.links.count()
    handing_over.hand_over(case, city, "kewenangan dinas", timezone.now(), officer)
    assert case.links.count() == before + 1
    Event.objects.filter(verb="case.handed_over").update(data={})
    assert "row_changed" in {one.code for one in go_through(case).findings}


QUOTED = "Katanya “antre lima jam, tidak dilayani”: sampaikan maaf."


@pytest.fixture
def advice(case: Case, officer: Officer) -> Consultation:
    """A question by WhatsApp, its reminder, and the head's reply: a voice note and words that quote the citizen."""
    at = timezone.now()
    number = an_account(case.office, "whatsapp", "6281200001111", remote_id="99")
    head = an_officer(case.office, "ratna", phone="6281355557777")
    message = first_message(case)
    one = asking.ask(case, message, head, f"Mohon arahan: {message.text}", uuid.uuid4(), at, officer, number)
    Outgoing.objects.filter(consultation=one).update(state="sent", remote_id="wamid.Q", sent_at=at)
    waiting.say(one, Nudge.Kind.REMINDER, at, text=f"Pengingat: {one.question}", media=[])
    voice = {"remote_id": "wamid.V", "media_id": "77", "media_due_at": at, "raw": {"from": "Siti"}}
    reply = ConsultationReply.objects.create(office=case.office, consultation=one, text=QUOTED, written_at=at, **voice)
    attachments.keep(reply, b"OggS", "audio/ogg", at)
    hearing.note_reply(one, reply, at)
    tell(Outgoing.objects.get(consultation=one), "outgoing_unknown")
    return one


@pytest.mark.django_db(transaction=True)
def test_of_advice_files_quotations_and_first_words_in_notices_go_too(
    case: Case, officer: Officer, advice: Consultation, folders: Path
) -> None:
    draft = Draft.objects.create(
        office=case.office, case=case, message=first_message(case), text=QUOTED, why="Bu Siti sudah ditelepon"
    )
    Notice.give(case.office_id, "consultation_answered", address="/kasus/999999/#konsultasi", text="Siapa pun")
    reply = ConsultationReply.objects.get()
    heard = folders / "media" / reply.media_path
    assert heard.is_file()
    assert all(said in everything_stored() for said in ("Antre lima jam", "antre lima jam", "wamid.V"))
    erase(case, officer)
    left = everything_stored()
    assert [said for said in ("ntre lima jam", "Siti") if said in left] == []
    assert not heard.exists()
    assert go_through(case).findings == []
    reply.refresh_from_db()
    draft.refresh_from_db()
    covered = f"Katanya “{erased_words.COVER}”: sampaikan maaf."
    assert (reply.text, draft.text, reply.media_path, reply.media_due_at) == (covered, covered, "", None)
    assert draft.why == f"Bu {erased_words.COVER} sudah ditelepon"
    assert Notice.objects.get(address="/kasus/999999/#konsultasi").data["text"] == "Siapa pun"
    reminder = Outgoing.objects.get(nudge__consultation=advice)
    assert (reminder.state, reminder.payload["text"]) == (Outgoing.State.WITHDRAWN, "")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads SQLite's words for its plan")
def test_no_table_is_read_whole_for_it(case: Case, officer: Officer, advice: Consultation) -> None:
    with CaptureQueriesContext(connection) as asked:
        erase(case, officer)
    plans: set[str] = set()
    with connection.cursor() as cursor:
        for query in asked:
            if query["sql"].startswith(("SELECT", "UPDATE", "DELETE")):
                cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
                plans.update(row[-1] for row in cursor.fetchall())
    assert [plan for plan in plans if plan.startswith("SCAN") and "INDEX" not in plan] == []
    assert any("notice_of_address (address=?)" in plan for plan in plans)


def test_a_voice_note_that_arrives_after_the_erasure_is_not_kept(
    case: Case, officer: Officer, advice: Consultation, folders: Path
) -> None:
    reply = ConsultationReply.objects.get()
    erase(case, officer)
    attachments.keep(reply, b"OggS", "audio/ogg", timezone.now())
    assert len(list((folders / "media").rglob("*.ogg"))) == 1  # the one from before, until the transaction's end
    assert ConsultationReply.objects.get().media_path == ""


def test_advice_about_somebody_elses_message_keeps_its_recording(
    case: Case, officer: Officer, advice: Consultation
) -> None:
    assert case.account is not None
    other = a_message(case.account, "saya juga", author_id="w88", author_name="Budi", case=case, state="case")
    Consultation.objects.update(message=other)
    erase(case, officer)
    assert ConsultationReply.objects.get().media_path
    assert Consultation.objects.get().question


def test_a_question_that_waits_for_the_mail_does_not_leave_any_more(case: Case, officer: Officer) -> None:
    head = an_officer(case.office, "ratna", email="ratna@example.go.id")
    at = timezone.now()
    one = reaching.mail(case, first_message(case), head, "Mohon", uuid.uuid4(), at, officer)
    erase(case, officer)
    one.refresh_from_db()
    assert (one.mail_due_at, one.question) == (None, "")
