"""Tindak lanjut: answered and handled are two things; a complaint closes only with both."""

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from moderation import escalation, reply
from moderation.handling import noting
from moderation.handling.models import Handling
from moderation.models import Case
from moderation.records.checking import go_through
from moderation.steps.models import Step
from offices.models import Event
from offices.roles import Role
from tests import console
from tests.moderation.desk_work.conftest import Town, only
from tests.rows import an_officer

pytestmark = pytest.mark.django_db
State = Case.State


def answer(case: Case, town: Town, text: str = "Mohon maaf, kami perbaiki.") -> None:
    """Said by hand: out at once."""
    reply.answer_by_hand(only(case), text, town.sari, uuid.uuid4(), timezone.now(), case)
    case.refresh_from_db()


def done(case: Case, town: Town, **fields: Any) -> Handling:
    values = {"what": "Loket ditambah satu.", "unit": "Pendaftaran", "done_on": date(2026, 11, 20), **fields}
    made = noting.note(case, Handling(**values), timezone.now(), town.sari)
    case.refresh_from_db()
    return made


def verbs(case: Case) -> list[str]:
    return list(Event.objects.filter(subject=f"case:{case.pk}").values_list("verb", flat=True))


def test_a_complaint_that_was_answered_is_not_handled_and_does_not_close(case: Case, town: Town) -> None:
    answer(case, town)
    assert (case.state, case.handled_at) == (State.ANSWERED, None)
    assert not escalation.close(case, timezone.now(), town.sari)
    assert list(Case.objects.unhandled()) == [case]


def test_noting_what_was_done_handles_it_and_closes_what_was_answered(case: Case, town: Town) -> None:
    answer(case, town)
    done(case, town)
    assert case.state == State.CLOSED
    assert case.handled_at is not None
    assert not Case.objects.unhandled().exists()
    assert {"case.handling", "case.handled", "case.closed"} <= set(verbs(case))


def test_handled_first_it_closes_with_the_answer(case: Case, town: Town) -> None:
    done(case, town)
    assert (case.state, case.handled_at is not None) == (State.OPEN, True)
    answer(case, town)
    assert case.state == State.CLOSED


def test_work_that_goes_on_does_not_handle_it(case: Case, town: Town) -> None:
    answer(case, town)
    done(case, town, final=False)
    assert (case.state, case.handled_at) == (State.ANSWERED, None)


@pytest.mark.parametrize("label", ["question", "suggestion"])
def test_what_is_no_complaint_closes_when_it_is_answered(town: Town, label: str) -> None:
    asked = town.a_case("Jam berapa buka?", label)
    answer(asked, town)
    assert (asked.state, asked.handled_at) == (State.CLOSED, None)


def test_the_stage_that_waits_for_it_ends(case: Case, town: Town) -> None:
    answer(case, town)
    done(case, town)
    assert Step.objects.filter(case=case, output="handled").exists() == any(
        "handled" in stage.ends_with for stage in Step.objects.filter(case=case)[0].procedure.rules.stages
    )


def test_it_stands_in_the_chain_and_a_change_of_it_is_found(case: Case, town: Town) -> None:
    row = done(case, town)
    assert not [one for one in go_through(case).findings if "handling" in str(one)]
    Handling.objects.filter(pk=row.pk).update(what="Tidak ada apa-apa")
    assert [one for one in go_through(case).findings if "handling" in str(one)]


def test_a_double_tap_is_one(case: Case, town: Town) -> None:
    key = uuid.uuid4()
    assert done(case, town, key=key).pk == done(case, town, key=key).pk
    assert case.handlings.count() == 1
    assert verbs(case).count("case.handling") == 1


def test_opened_again_it_is_to_be_handled_again(case: Case, town: Town) -> None:
    answer(case, town)
    done(case, town)
    assert escalation.reopen(case, timezone.now(), town.sari)
    case.refresh_from_db()
    assert (case.state, case.handled_at) == (State.OPEN, None)


# --- the pages


def form(**fields: Any) -> dict[str, Any]:
    values = {"outcome": "done", "what": "Loket ditambah", "unit": "Pendaftaran", "where": ""}
    return {**values, "done_on": timezone.localdate().isoformat(), "key": str(uuid.uuid4()), **fields}


def test_closing_a_complaint_asks_for_what_was_done(case: Case, town: Town) -> None:
    answer(case, town)
    client = console.signed_in(town.sari)
    page = client.post(reverse("case_close", args=[case.pk]), follow=True).content.decode()
    case.refresh_from_db()
    assert case.state == State.ANSWERED
    assert "tindak lanjut" in page
    assert "bar-warning" in page


def test_it_is_noted_by_the_form_and_stands_on_the_page(case: Case, town: Town) -> None:
    answer(case, town)
    client = console.signed_in(town.sari)
    page = client.post(reverse("case_handle", args=[case.pk]), form(), follow=True).content.decode()
    assert "Loket ditambah" in page
    assert Case.objects.get().state == State.CLOSED


@pytest.mark.parametrize(
    "wrong", [{"what": ""}, {"outcome": "elsewhere"}, {"outcome": "x"}, {"done_on": "2999-01-01"}, {"done_on": "x"}]
)
def test_what_is_not_whole_is_shown_again_and_not_noted(case: Case, town: Town, wrong: dict[str, str]) -> None:
    client = console.signed_in(town.sari)
    response = client.post(reverse("case_handle", args=[case.pk]), form(**wrong))
    assert response.status_code == 422
    assert b'class="errors"' in response.content
    assert not Handling.objects.exists()


def test_not_our_authority_offers_where_to_go_as_the_answer(case: Case, town: Town) -> None:
    client = console.signed_in(town.sari)
    given = form(outcome="elsewhere", what="BPJS, bukan kami", where="BPJS Kesehatan, telepon 165")
    page = client.post(reverse("case_handle", args=[case.pk]), given, follow=True).content.decode()
    assert "di luar kewenangan Puskesmas Melati" in page
    assert "silakan menghubungi BPJS Kesehatan, telepon 165." in page
    assert Handling.objects.get().case == case
    other = town.a_case("Lain", author_id="x9")
    page = client.get(f"{reverse('case', args=[other.pk])}?rujuk={Handling.objects.get().pk}").content.decode()
    assert "di luar kewenangan" not in page


def test_the_complaints_team_has_its_list(case: Case, town: Town) -> None:
    answer(case, town)
    team = an_officer(town.melati, "tim", role=Role.COMPLAINTS)
    page = console.signed_in(team).get(reverse("cases"), {"show": "unhandled"}).content.decode()
    assert case.number in page
    done(case, town)
    page = console.signed_in(team).get(reverse("cases"), {"show": "unhandled"}).content.decode()
    assert case.number not in page


def test_a_day_in_the_past_is_taken(case: Case, town: Town) -> None:
    client = console.signed_in(town.sari)
    day = (timezone.localdate() - timedelta(days=3)).isoformat()
    client.post(reverse("case_handle", args=[case.pk]), form(done_on=day))
    assert Handling.objects.get().done_on.isoformat() == day
