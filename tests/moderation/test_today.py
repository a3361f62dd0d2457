"""Today's page: what waits for this officer, and nothing that waits for others."""

import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from moderation import listing, steps
from moderation.drafting import writing
from offices.models import Office, Officer
from tests import console
from tests.desk import Desk, make_answer, make_case, make_delivery, make_desk, make_message
from tests.rows import an_officer

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return make_desk()


def test_today_shows_what_one_may_decide_about_and_nothing_that_is_others_to_decide(desk: Desk) -> None:
    city = make_desk("Dinas Kesehatan", "wati", kind="city")
    Office.objects.filter(id=desk.office.pk).update(parent=city.office)
    late = make_delivery(desk, "Pengumuman", state="late").outgoing
    message = make_message(desk, "antri lama")
    failed = make_answer(message, "Mohon maaf", state="failed").outgoing
    head = an_officer(desk.office, "kapus", role=Officer.Role.CENTRE_HEAD)
    duty = an_officer(desk.office, "jaga", role=Officer.Role.DUTY)
    owner = an_officer(desk.office, "pj", role=Officer.Role.PROGRAMME)
    for officer, may in ((head, {late, failed}), (duty, {failed}), (owner, set()), (city.officer, set())):
        found = listing.to_decide(officer)
        assert set(found) == may, officer
        waiting = [row for row in (late, failed) if row is not None]
        assert {row for row in waiting if row.may(officer, row.permission)} == may, "as the row itself says"
        page = console.signed_in(officer).get(reverse("today")).content.decode()
        assert ("Menunggu keputusan" in page or "Waits for your word" in page) == bool(may)


def test_a_draft_that_waits_for_ones_approval_stands_on_todays_page(desk: Desk) -> None:
    city = make_desk("Dinas Kesehatan", "wati", kind="city")
    case = make_case(city, "Vaksin ditolak")
    steps.begin(case, timezone.now())
    case.refresh_from_db()
    draft = writing.write(
        case.incoming_messages.get(), case, "Vaksin gratis untuk semua.", city.officer, uuid.uuid4(), timezone.now()
    )
    head = an_officer(city.office, "ratna", role=Officer.Role.SECTION_HEAD)
    address = f"{reverse('case', args=[case.pk])}#draf-{draft.pk}"
    assert address not in console.signed_in(head).get(reverse("today")).content.decode()
    writing.submit(draft, timezone.now(), city.officer)
    assert address in console.signed_in(head).get(reverse("today")).content.decode()
    assert listing.to_approve(city.officer) == [] == listing.to_approve(desk.officer)
    own = writing.write(
        case.incoming_messages.get(), case, "Kata saya sendiri", head, uuid.uuid4(), timezone.now(), replaces=draft
    )
    writing.submit(own, timezone.now(), head)
    assert listing.to_approve(head) == [], "nobody approves their own where the procedure says so"
