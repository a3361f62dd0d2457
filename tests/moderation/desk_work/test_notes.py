"""Internal notes: in the history, for those who may write some, and nowhere else."""

import uuid

import pytest
from django.urls import reverse

from moderation.models import Case
from moderation.notes.models import Note
from offices.models import Event
from offices.roles import Role
from tests import console
from tests.moderation.desk_work.conftest import Town
from tests.rows import an_officer

pytestmark = pytest.mark.django_db
COVERED = {"rule": "personal.phone", "text": "081234567890", "start": 15, "end": 27}
WORDS = "Keluarga sudah ditelepon, minta jangan disebut"


def note(town: Town, case: Case, key: str, text: str = WORDS) -> None:
    console.signed_in(town.sari).post(reverse("case_note", args=[case.pk]), {"text": text, "key": key})


def test_a_note_stands_in_the_history_of_who_may_read_it(case: Case, town: Town) -> None:
    key = str(uuid.uuid4())
    note(town, case, key)
    note(town, case, key)
    assert Note.objects.count() == 1
    address = reverse("case", args=[case.pk])
    assert WORDS in console.signed_in(town.sari).get(address).content.decode()
    assert WORDS in console.signed_in(town.in_city).get(address).content.decode()
    reader = an_officer(town.city, "kadin", role=Role.OFFICE_HEAD)
    assert WORDS not in console.signed_in(reader).get(address).content.decode()
    assert not Event.objects.filter(data__icontains="telepon").exists()


@pytest.mark.parametrize("text", ["", "  ", "x" * 2001])
def test_nothing_is_no_note(case: Case, town: Town, text: str) -> None:
    note(town, case, str(uuid.uuid4()), text)
    assert not Note.objects.exists()


def test_who_may_not_see_personal_data_sees_it_covered(town: Town) -> None:
    case = town.a_case("Tolong hubungi 081234567890, antre lama", reasons=[COVERED])
    address = reverse("case", args=[case.pk])
    assert "081234567890" in console.signed_in(town.sari).get(address).content.decode()
    for role in (Role.OFFICE_HEAD, Role.PROGRAMME):
        reader = an_officer(town.melati, f"pembaca-{role}", role=role)
        page = console.signed_in(reader).get(address).content.decode()
        assert "antre lama" in page
        assert "081234567890" not in page
