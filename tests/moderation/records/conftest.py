"""A case made by the desk's own verbs, with messages, pictures, an upload and an answer in its chain."""

import uuid
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from moderation import escalation, evidence, reply
from moderation.models import Case, Message
from moderation.records import chain
from offices.models import Event, Office, Officer
from tests.moderation.test_evidence import Scripted, a_picture
from tests.rows import a_message, an_account, an_office, an_officer

PNG = b"\x89PNG brought along"


@pytest.fixture(autouse=True)
def folders(settings: LazySettings, tmp_path: Path) -> Path:
    settings.EVIDENCE_ROOT = tmp_path / "evidence"
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.EXPORT_ROOT = tmp_path / "exports"
    return tmp_path


@pytest.fixture
def office(db: None) -> Office:
    return an_office()


@pytest.fixture
def officer(office: Office) -> Officer:
    return an_officer(office)


@pytest.fixture
def case(office: Office, officer: Officer) -> Case:
    return a_case(office, officer)


def a_case(office: Office, officer: Officer, text: str = "Antre lima jam, tidak dilayani") -> Case:
    account = office.accounts.first() or an_account(office)
    person = {"author_id": "w77", "author_handle": "siti.aminah", "author_name": "Siti Aminah", "label": "complaint"}
    first = a_message(account, text, raw={"id": "9", "text": text}, **person)
    at = timezone.now()
    with transaction.atomic():
        case = escalation.open_case(first, at)
        escalation.open_case(a_message(account, "Tolong dibalas", raw={"id": "10"}, **person), at)
    brought = a_message(account, "lihat foto", **person)
    brought.upload.save("foto.png", ContentFile(PNG))
    escalation.open_case(brought, at)
    pictures = [a_picture(f"picture {number} of {case.pk}".encode()) for number in range(6)]
    evidence.take_wanted(at, Scripted(*pictures))
    reply.answer_by_hand(first, "Mohon maaf, Ibu Siti. Kami perbaiki.", officer, uuid.uuid4(), at, case)
    with transaction.atomic():
        moved = Event.of(office.id, "case.taken", case, actor=officer, at=at)
        moved.save()
        chain.append(case.id, chain.Kind.MOVE, moved, at)
    case.refresh_from_db()
    return case


def first_message(case: Case) -> Message:
    found = case.incoming_messages.order_by("id").first()
    assert found is not None
    return found
