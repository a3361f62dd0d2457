"""The folder of one case, and the case page's documents: making, verifying, erasing."""

import hashlib
import json
import uuid
import zipfile
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from moderation.capture.photographer import Photographer
from moderation.models import Answer, Case, Message
from moderation.records import checking
from moderation.records.contents import canonical
from moderation.records.models import ChainLink
from moderation.register import making
from moderation.register.models import Export
from moderation.satisfaction.link import address_of
from offices.models import Event, Officer
from tests import console
from tests.moderation.records.conftest import first_message
from tests.moderation.register.test_register import Printer


def made(case: Case, officer: Officer, kind: str, printer: Photographer | None = None) -> Export:
    row = making.ask(officer, kind, timezone.now(), case=case, whole=True)
    assert row is not None
    making.make_wanted(timezone.now(), printer or Printer())
    row.refresh_from_db()
    assert row.state == "made", row.reason
    return row


def test_the_folder_proves_itself(case: Case, officer: Officer, folders: object) -> None:
    row = made(case, officer, "nota_dinas")
    assert row.name == f"kasus-{case.number}-nota-dinas.zip"
    with zipfile.ZipFile(row.file) as bundle:
        manifest = json.loads(bundle.read("manifest.json"))
        assert sorted(bundle.namelist()) == sorted(["manifest.json", *(one["name"] for one in manifest["files"])])
        for one in manifest["files"]:
            assert hashlib.sha256(bundle.read(one["name"])).hexdigest() == one["sha256"], one["name"]
        kept = {one["sha256"] for one in manifest["files"]}
    assert {one.sha256 for one in case.evidence.all()} <= kept
    assert len(manifest["links"]) == ChainLink.objects.filter(case=case).count()
    for link in manifest["links"]:
        assert hashlib.sha256(canonical(link["facts"])).hexdigest() == link["digest"], link["about"]
    path = row.file.with_name("manifest.json")
    path.write_text(json.dumps(manifest))
    call_command("verify_evidence", against=str(path), stdout=StringIO())
    assert Event.objects.filter(verb="case.exported", actor=officer).count() == 1


@pytest.mark.parametrize(("kind", "title"), [("nota_dinas", "NOTA DINAS"), ("surat_masuk", "LEMBAR SURAT MASUK")])
def test_the_paper_says_what_the_office_needs(case: Case, officer: Officer, kind: str, title: str) -> None:
    printer = Printer()
    made(case, officer, kind, printer)
    [page] = printer.pages
    for said in (title, case.number, "Siti Aminah", "Antre lima jam", "Mohon maaf, Ibu Siti", "Diperiksa saat dicetak"):
        assert said in page, said
    assert page.count("data:image/jpeg") == 0  # these pictures are none; the folder still holds them


def test_the_paper_says_when_something_differs(case: Case, officer: Officer) -> None:
    Message.objects.filter(case=case).update(post_text="lain")
    printer = Printer()
    made(case, officer, "surat_masuk", printer)
    assert "PERHATIAN" in printer.pages[0]


def test_the_paper_lets_nobody_vote_for_the_citizen(case: Case, officer: Officer) -> None:
    """What we said is on it, but for the link with which the citizen says whether it was solved."""
    link = address_of(uuid.uuid4())
    said = Answer.objects.filter(case=case).update(kind=Answer.Kind.SOLVED, text=f"Sudah teratasi? {link} — Dinas")
    assert said
    printer = Printer()
    made(case, officer, "nota_dinas", printer)
    assert "Sudah teratasi?" in printer.pages[0]
    assert link not in printer.pages[0]


# --- on the case's page


def test_the_page_asks_and_shows_what_was_found(case: Case, officer: Officer) -> None:
    client = console.signed_in(officer)
    address = reverse("case_documents", args=[case.pk])
    assert "hx-get" in client.get(reverse("case", args=[case.pk])).content.decode()
    assert client.post(reverse("case_check", args=[case.pk])).status_code == 302
    htmx = {"HX-Request": "true"}
    assert "every 3s" in client.get(address, headers=htmx).content.decode()
    checking.go_round(timezone.now())
    page = client.get(address, headers=htmx).content.decode()
    assert "every 3s" not in page
    assert "12" in page or "13" in page
    Message.objects.filter(id=first_message(case).pk).update(text="lain")
    client.post(reverse("case_check", args=[case.pk]))
    checking.go_round(timezone.now())
    assert f"message:{first_message(case).pk}" in client.get(address).content.decode()


def test_erasing_is_asked_twice_and_needs_the_number(case: Case, officer: Officer) -> None:
    client = console.signed_in(officer)
    message = first_message(case)
    address = reverse("message_erase", args=[message.pk])
    assert "Antre lima jam" in client.get(address).content.decode()
    said = {"asked_by": "penulisnya", "reason": "diminta"}
    once = client.post(address, said)
    assert 'name="sure"' in once.content.decode()
    for number in ("", "2026-9999"):
        assert client.post(address, {**said, "sure": "1", "number": number}).status_code == 200
    assert client.post(address, {"sure": "1", "number": case.number}).status_code == 200  # without a reason
    message.refresh_from_db()
    assert message.erased_at is None
    assert client.post(address, {**said, "sure": "1", "number": case.number}).status_code == 302
    message.refresh_from_db()
    assert message.erased_at is not None
    assert client.get(address).status_code == 404
    page = client.get(reverse("case", args=[case.pk])).content.decode()
    assert "Antre lima jam" not in page
    assert client.get(reverse("case_documents", args=[case.pk])).status_code == 200
    for listed in ("cases", "inbox", "register", "today"):
        assert "Siti" not in client.get(reverse(listed)).content.decode(), listed
    found = client.get(reverse("cases"), {"q": "lima jam", "show": "all"}).content.decode()
    assert case.number not in found


def test_who_may_not_erase_is_not_offered_it(case: Case, officer: Officer) -> None:
    Officer.objects.filter(id=officer.pk).update(role=Officer.Role.DUTY)
    client = console.signed_in(officer)
    assert client.get(reverse("message_erase", args=[first_message(case).pk])).status_code == 403
    assert "hapus-data" not in client.get(reverse("case_documents", args=[case.pk])).content.decode()
