"""What a case's page says is to be done next: it follows the running stage of the case's own procedure."""

import re

import pytest
import time_machine
from django.urls import reverse

from moderation import steps
from moderation.case_page import Next, next_in
from moderation.drafting.models import Draft
from moderation.models import Case, Message
from moderation.procedure import Output
from moderation.steps.versions import put_in_force, shipped_text
from moderation.steps.walking import open_step
from tests.console import signed_in
from tests.moderation.desk_work.conftest import Town
from tests.moderation.steps.walks import HOUR, MONDAY, a_case, another, officer

pytestmark = pytest.mark.django_db


def next_for(case: Case) -> Next:
    return next_in(case, open_step(case))


def said(case: Case) -> str:
    """The bar at the top of the page."""
    client = signed_in(officer())
    client.cookies["django_language"] = "en"
    with time_machine.travel(MONDAY + HOUR, tick=False):
        page = client.get(reverse("case", args=[case.pk])).content.decode()
    bar = page.split('class="next-step"')[1].split("</section>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", bar.partition(">")[2])).strip()


def test_a_citys_complaint_goes_to_the_section_head_then_waits_for_advice_then_is_answered() -> None:
    case = a_case()
    assert next_for(case) == Next.CONSULT  # while the picture is being taken
    steps.reached(case, Output.SCREENSHOT, MONDAY)
    assert next_for(case) == Next.CONSULT
    assert said(case).startswith("Next: ask for advice, with the screenshot; or answer at once. due")
    for output in (Output.CONSULTED, Output.PASSED_ON):
        steps.reached(case, output, MONDAY)
        assert next_for(case) == Next.ADVICE
        assert "advice is awaited since today 09.00 WIB" in said(case)
    steps.reached(case, Output.DRAFT, MONDAY)
    assert next_for(case) == Next.ANSWER
    assert "the citizen waits for an answer" in said(case)


def test_a_draft_that_waits_for_approval_is_what_is_next() -> None:
    case = a_case()
    draft = Draft.objects.create(office=case.office, case=case, message=Message.objects.get(), text="Mohon maaf")
    assert next_for(case) == Next.CONSULT
    Draft.objects.filter(id=draft.id).update(state=Draft.State.SUBMITTED)
    assert next_for(case) == Next.APPROVE
    assert "waits for approval" in said(case)


def test_a_draft_that_nobody_has_sent_is_what_is_next() -> None:
    case = a_case("centre", "question")
    draft = Draft.objects.create(office=case.office, case=case, message=Message.objects.get(), text="Buka pukul 8")
    assert next_for(case) == Next.DRAFT
    assert "a draft of the answer is there, and has not been sent" in said(case)
    Draft.objects.filter(id=draft.id).update(state=Draft.State.DROPPED)
    assert next_for(case) == Next.ANSWER


def test_while_the_clock_waits_the_page_says_for_what() -> None:
    case = a_case()
    steps.pause(case, "tanggal kunjungan", MONDAY, officer())
    assert next_for(case) == Next.CITIZEN
    assert "Waits for the citizen: tanggal kunjungan" in said(case)


def test_a_question_and_a_case_without_a_clock_wait_for_an_answer() -> None:
    case = a_case("centre", "question")
    assert next_for(case) == Next.ANSWER
    case.steps.all().delete()
    assert next_for(case) == Next.ANSWER


def test_a_stage_in_which_the_manager_drafts_is_no_waiting_for_advice() -> None:
    first = a_case()
    text = shipped_text("sop2").replace('"consulted", "draft"', '"draft"')
    put_in_force(first.office, text, MONDAY, officer())
    assert next_for(another(first)) == Next.ANSWER


def test_danger_stands_before_what_is_next(town: Town) -> None:
    case = town.a_case("Tolong, bapak saya sesak napas", flags=["urgent"])
    page = signed_in(town.sari).get(reverse("case", args=[case.pk])).content.decode()
    assert 0 < page.index(reverse("case_emergency", args=[case.pk])) < page.index('class="next-step"')


@pytest.mark.parametrize(
    ("name", "handle", "shown"), [("Siti", "siti.a", 1), ("Siti", "", 0), ("@siti.a", "siti.a", 0), ("", "siti.a", 0)]
)
def test_who_wrote_is_named_once(town: Town, name: str, handle: str, shown: int) -> None:
    """Some platforms give the handle as the name, some give none."""
    case = town.a_case(author_name=name, author_handle=handle)
    page = signed_in(town.sari).get(reverse("case", args=[case.pk])).content.decode()
    assert page.count(f'<span class="soft break">@{handle}</span>') == shown
