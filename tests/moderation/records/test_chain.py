"""The chain of a case: appended with each thing, whole under a race, and no change of anything stays unseen."""

import json
import threading
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.conf import LazySettings, settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from connectors.models import Account
from moderation import escalation, reply
from moderation.models import Answer, Case, Evidence, Message
from moderation.records import chain, checking
from moderation.records.checking import Code, go_through
from moderation.records.models import ChainLink, Check, Erasure
from offices.models import Event, Notice, Office, Officer
from tests.moderation.records.conftest import a_case
from tests.rows import a_message

Links = ChainLink.objects


def account_of(case: Case) -> Account:
    assert case.account is not None
    return case.account


def codes(case: Case) -> set[str]:
    return {one.code for one in go_through(case).findings}


def picture_file(case: Case) -> Path:
    row = case.evidence.filter(kind="rendering").order_by("id")[0]
    return Path(settings.EVIDENCE_ROOT) / row.path


def test_everything_of_a_case_is_a_link_and_all_is_well(case: Case) -> None:
    kinds = list(Links.filter(case=case).values_list("kind", flat=True))
    assert kinds[:2] == ["opened", "message"]
    assert sorted(kinds) == sorted(
        ["opened", *["message"] * 3, *["evidence"] * 7, "answer", "move"]
    )  # a rendering and a public page of each message, and the upload
    result = go_through(case)
    assert (result.links, result.findings) == (13, [])


def flip_a_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[3] ^= 1
    path.write_bytes(bytes(content))


def swap(case: Case) -> None:
    links = Links.filter(case=case)
    links.filter(position=3).update(position=900)
    links.filter(position=4).update(position=3)
    links.filter(position=900).update(position=4)


def rewrite_all_without_the_key(case: Case) -> None:
    """Somebody who knows the whole program, but not the key, makes every sum anew."""
    kept, settings.RECORDS_KEY = settings.RECORDS_KEY, "guessed"
    try:
        Links.filter(case=case).delete()
        chain.begin(case, timezone.now())
    finally:
        settings.RECORDS_KEY = kept


def slip_in(case: Case) -> None:
    last = chain.head(case.pk)
    assert last is not None
    Links.create(
        office_id=case.office_id, case=case, position=last.position + 1, kind="message", about=last.about,
        digest=last.digest, previous=last.sum, sum="0" * 64, at=timezone.now(),
    )  # fmt: skip


def message_behind_the_desks_back(case: Case) -> None:
    a_message(account_of(case), "puas sekali", case=case, state=Message.State.CASE)


def of(case: Case, kind: str) -> ChainLink:
    return Links.filter(case=case, kind=kind).order_by("position")[0]


MUTATIONS: dict[str, tuple[Callable[[Case], object], str]] = {
    "a byte of a picture": (lambda case: flip_a_byte(picture_file(case)), Code.FILE_CHANGED),
    "a picture is gone": (lambda case: picture_file(case).unlink(), Code.FILE_MISSING),
    "a byte of an upload": (
        lambda case: flip_a_byte(Path(case.evidence.get(kind="upload").message.upload.path)),
        Code.FILE_CHANGED,
    ),
    "another picture and its digest": (
        lambda case: case.evidence.filter(kind="rendering").update(sha256="0" * 64),
        Code.ROW_CHANGED,
    ),
    "when a picture was taken": (
        lambda case: case.evidence.update(captured_at=F("captured_at") + timedelta(days=1)),
        Code.ROW_CHANGED,
    ),
    "a message's text": (lambda case: case.incoming_messages.update(text="bagus"), Code.ROW_CHANGED),
    "the platform's own JSON": (lambda case: case.incoming_messages.update(raw={}), Code.ROW_CHANGED),
    "who wrote it": (lambda case: case.incoming_messages.update(author_name="Budi"), Code.ROW_CHANGED),
    "when it was written": (lambda case: case.incoming_messages.update(written_at=timezone.now()), Code.ROW_CHANGED),
    "our answer": (lambda case: case.answers.update(text="Beres."), Code.ROW_CHANGED),
    "a move in the history": (
        lambda case: Event.objects.filter(id=of(case, "move").about.split(":")[1]).update(at=timezone.now()),
        Code.ROW_CHANGED,
    ),
    "the case's number": (lambda case: Case.objects.filter(id=case.pk).update(number="2026-9999"), Code.ROW_CHANGED),
    "an answer is gone": (lambda case: case.answers.all().delete(), Code.ROW_MISSING),
    "a message taken out of the table": (lambda case: take_out(case), Code.ROW_MISSING),
    "a message slipped in": (message_behind_the_desks_back, Code.ROW_UNLINKED),
    "a link's digest": (
        lambda case: Links.filter(case=case, position=2).update(digest="0" * 64),
        Code.LINK_CHANGED,
    ),
    "a link's time": (lambda case: Links.filter(case=case, position=2).update(at=timezone.now()), Code.LINK_CHANGED),
    "a link's kind": (lambda case: Links.filter(case=case, position=2).update(kind="move"), Code.LINK_CHANGED),
    "a link in the middle removed": (lambda case: Links.filter(case=case, position=4).delete(), Code.LINK_MISSING),
    "the first link removed": (lambda case: Links.filter(case=case, position=1).delete(), Code.LINK_MISSING),
    "the last link about an answer removed": (lambda case: of(case, "answer").delete(), Code.ROW_UNLINKED),
    "two links swapped": (swap, Code.LINK_CHANGED),
    "a link slipped in": (slip_in, Code.LINK_CHANGED),
    "every link removed": (lambda case: Links.filter(case=case).delete(), Code.NO_CHAIN),
    "the whole chain written anew": (rewrite_all_without_the_key, Code.LINK_CHANGED),
    "an erasure that was none": (
        lambda case: Erasure.objects.create(
            office=case.office, case=case, reason="x", covers=[of(case, "answer").about]
        ),
        Code.ROW_UNLINKED,
    ),
}


def take_out(case: Case) -> None:
    last = case.incoming_messages.order_by("-id")[0]
    Evidence.objects.filter(message=last).delete()
    last.delete()


@pytest.mark.parametrize("what", MUTATIONS)
def test_no_change_stays_unseen(case: Case, what: str) -> None:
    mutate, code = MUTATIONS[what]
    assert go_through(case).findings == []
    mutate(case)
    case.refresh_from_db()
    assert code in codes(case), what


def test_a_link_of_another_case_is_no_link_of_this_one(case: Case, office: Office, officer: Officer) -> None:
    other = a_case(office, officer, "Dokter tidak ada")
    stolen = of(other, "opened")
    Links.filter(case=case, position=1).delete()
    Links.filter(id=stolen.pk).update(case=case)
    assert Code.LINK_CHANGED in codes(case)


def test_an_end_cut_off_with_its_rows_is_seen_against_what_was_handed_out(case: Case, tmp_path: Path) -> None:
    links = list(Links.filter(case=case).values("sum"))
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps({"office": case.office.slug, "case": case.number, "links": links}))
    call_command("verify_evidence", against=str(manifest), stdout=StringIO())
    Links.filter(case=case, kind__in=["answer", "move"]).delete()
    Answer.objects.filter(case=case).delete()
    assert go_through(case).findings == []  # what the tables alone cannot show
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("verify_evidence", against=str(manifest), stdout=out)
    assert Code.SHORTENED in out.getvalue()


def test_a_link_goes_with_its_transaction(case: Case) -> None:
    before = chain.head(case.pk)
    message = a_message(account_of(case))
    with transaction.atomic():
        escalation.join(message, case, timezone.now(), None)
        assert chain.head(case.pk) != before
        transaction.set_rollback(True)
    assert chain.head(case.pk) == before


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_many_who_append_at_once_make_one_chain(office: Office, officer: Officer) -> None:
    case = a_case(office, officer)
    before = Links.filter(case=case).count()
    account = account_of(case)
    together = threading.Barrier(6)
    errors: list[Exception] = []

    def join(message: Message) -> None:
        together.wait()
        try:
            with transaction.atomic():
                escalation.join(message, case, timezone.now(), None)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    messages = [a_message(account, f"saya juga {number}", author_id="w77") for number in range(6)]
    threads = [threading.Thread(target=join, args=(message,)) for message in messages]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert Links.filter(case=case).count() == before + 6
    assert go_through(case).findings == []


# --- the command and the worker's rounds


def test_the_command_names_case_thing_and_what_to_do(case: Case) -> None:
    out = StringIO()
    call_command("verify_evidence", stdout=out)
    assert "1 cases, 13 links: all as recorded" in out.getvalue()
    picture_file(case).unlink()
    out = StringIO()
    with pytest.raises(CommandError) as failed:
        call_command("verify_evidence", office=case.office.slug, case=case.number, stdout=out)
    assert failed.value.returncode == 1
    line = out.getvalue().splitlines()[0]
    assert line.startswith(f"melati {case.number} evidence:")
    assert "file_missing" in line
    assert "backup" in line or "cadangan" in line


def test_the_command_says_what_it_does_not_find(case: Case, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no office"):
        call_command("verify_evidence", office="tidak-ada")
    with pytest.raises(CommandError, match="no case"):
        call_command("verify_evidence", case="1999-0001")
    (tmp_path / "x.json").write_text("[]")
    with pytest.raises(CommandError, match="no manifest"):
        call_command("verify_evidence", against=str(tmp_path / "x.json"))


def test_a_case_from_before_chains_is_chained_when_told_to(case: Case) -> None:
    Links.all().delete()
    with pytest.raises(CommandError):
        call_command("verify_evidence", stdout=StringIO())
    out = StringIO()
    call_command("verify_evidence", begin=True, stdout=out)
    assert "1 cases chained" in out.getvalue()
    assert codes(case) == set()


def test_the_worker_goes_through_what_was_asked_for_and_tells_the_office_once(case: Case) -> None:
    now = timezone.now()
    assert checking.go_round(now) == 0
    checking.ask(case, now)
    assert checking.go_round(now) == 1
    check = Check.objects.get(case=case)
    assert (check.is_good, check.is_waiting, check.links) == (True, False, 13)
    picture_file(case).unlink()
    later = now + checking.EVERY
    assert checking.go_round(later) == 1
    check.refresh_from_db()
    assert check.findings[0]["code"] == "file_missing"
    assert not check.is_good
    assert checking.go_round(later + checking.EVERY) == 1
    assert Notice.objects.filter(kind="evidence_differs", urgent=True).count() == 1
    assert Event.objects.filter(verb="case.evidence_differs").count() == 1


def test_another_key_is_noticed(case: Case, settings: LazySettings) -> None:
    settings.RECORDS_KEY = "another"
    assert codes(case) == {Code.LINK_CHANGED}


@pytest.mark.django_db(transaction=True)
def test_chains_begin_while_somebody_works(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("offices.paging.AT_ONCE", 2)
    for number in range(120):
        Case.objects.create(office=case.office, number=f"1999-{number:04}", label="question")

    def work() -> None:
        Office.objects.update(name="Puskesmas Baru")
        connection.close()

    def begin(one: Case, at: datetime) -> int:
        if Links.count() == before:
            colleague = threading.Thread(target=work)
            colleague.start()
            colleague.join()
        return begun(one, at)

    begun, before = chain.begin, Links.count()
    monkeypatch.setattr(chain, "begin", begin)
    out = StringIO()
    call_command("verify_evidence", begin=True, stdout=out)
    assert "120 cases chained" in out.getvalue()


def test_what_comes_in_while_a_case_is_gone_through_is_no_finding(
    case: Case, officer: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody answers after the links were read and before the rows are."""
    look = checking.Walk.look_for_unlinked
    coming = ["Sudah kami perbaiki."]

    def look_later(walk: checking.Walk) -> None:
        if coming:
            message = case.incoming_messages.order_by("id")[0]
            reply.answer_by_hand(message, coming.pop(), officer, uuid.uuid4(), timezone.now(), case)
        look(walk)

    monkeypatch.setattr(checking.Walk, "look_for_unlinked", look_later)
    assert go_through(case).findings == []
    assert case.answers.filter(followed_up=True).count() == 2
