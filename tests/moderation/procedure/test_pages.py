"""The office's procedure on its page: shown, copied, checked, put in force, its earlier versions kept."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from moderation.steps.models import Procedure
from moderation.steps.versions import in_force, shipped_text
from offices.models import Office
from tests.console import inline_in, signed_in
from tests.rows import an_office, an_officer

pytestmark = pytest.mark.django_db
CHANGED = shipped_text("sop1").replace('number = "SOP-1"', 'number = "445/12/2026"')


@pytest.fixture
def office() -> Office:
    return an_office()


@pytest.fixture
def client(office: Office) -> Client:
    found = signed_in(an_officer(office))
    found.cookies["django_language"] = "en"
    return found


def words(page: bytes) -> str:
    assert inline_in(page.decode()) == []
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.decode()))


def test_the_shipped_one_of_the_kind_is_in_force_and_its_limits_are_called_proposals(client: Client) -> None:
    said = words(client.get(reverse("procedure")).content)
    assert "Managing Instagram: complaints, suggestions and questions" in said
    assert "The document names no times" in said
    assert "1 working day proposal" in said
    assert "only for: Complaint, Suggestion" in said
    assert "when late: Head of the centre (kepala puskesmas)" in said


def test_a_copy_is_checked_without_being_stored_and_then_put_in_force(client: Client, office: Office) -> None:
    address = reverse("procedure_edit")
    assert "SOP-1" in client.get(address).content.decode()
    checked = words(client.post(address, {"text": CHANGED}).content)
    assert "No mistake found" in checked
    assert not Procedure.objects.of(office).exists()
    client.post(address, {"text": CHANGED.replace("\n", "\r\n"), "in_force": "1"})
    assert in_force(office).text == CHANGED
    assert "445/12/2026" in words(client.get(reverse("procedure")).content)
    client.post(address, {"text": shipped_text("sop1"), "in_force": "1"})
    assert Procedure.objects.of(office).count() == 2
    said = words(client.get(reverse("procedure")).content)
    assert "445/12/2026 rev. 0" in said  # among the other versions, with who and when
    earlier = Procedure.objects.of(office)[1]
    assert "445/12/2026" in words(client.get(reverse("procedure_version", args=[earlier.pk])).content)
    assert "445/12/2026" in client.get(f"{address}?dari={earlier.pk}").content.decode()


def test_a_wrong_file_is_refused_with_line_reason_and_nothing_is_lost(client: Client, office: Office) -> None:
    wrong = CHANGED.replace('limit = "2 days"', 'limit = "lusa"')
    got = client.post(reverse("procedure_edit"), {"text": wrong, "in_force": "1"})
    assert got.status_code == 422
    line = 1 + wrong.splitlines().index('limit = "lusa"')
    assert f"Line {line}: limit = &quot;lusa&quot;" in words(got.content)
    assert "lusa" in got.content.decode().split("<textarea")[1]
    assert not Procedure.objects.of(office).exists()


def test_another_offices_versions_are_not_shown(client: Client) -> None:
    other = an_office("lain")
    row = Procedure.objects.create(office=other, text=CHANGED, sha256="0")
    assert client.get(reverse("procedure_version", args=[row.pk])).status_code == 404
    assert client.get(f"{reverse('procedure_edit')}?dari={row.pk}").status_code == 404
