"""A city office over two centres, and a complaint that one of the centres opened."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.utils import timezone

from moderation import escalation
from moderation.models import Case, Message
from offices.models import Office, Officer
from tests.rows import a_message, an_account, an_office, an_officer


@dataclass
class Town:
    city: Office
    melati: Office
    mawar: Office
    in_city: Officer
    sari: Officer
    budi: Officer

    def a_case(self, text: str = "Antre lima jam", label: str = "complaint", **fields: object) -> Case:
        account = self.melati.accounts.first() or an_account(self.melati)
        message = a_message(account, text, label=label, **fields)
        return escalation.open_case(message, timezone.now(), self.sari)


@pytest.fixture
def town(db: None, settings: LazySettings, tmp_path: Path) -> Town:
    settings.EVIDENCE_ROOT = tmp_path / "evidence"
    settings.MEDIA_ROOT = tmp_path / "media"
    city = an_office("dinas", kind="city")
    melati, mawar = an_office("melati", parent=city), an_office("mawar", parent=city)
    return Town(
        city,
        melati,
        mawar,
        an_officer(city, "wati"),
        an_officer(melati, "sari"),
        an_officer(mawar, "budi"),
    )


@pytest.fixture
def case(town: Town) -> Case:
    return town.a_case()


def only(case: Case) -> Message:
    return case.incoming_messages.get()
