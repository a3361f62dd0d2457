"""Steering the judgement in a real browser: vocabulary, accuracy, topics; danger; thank-yous stopped and taken back."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from connectors.models import Outgoing
from moderation import triage
from moderation.judging.models import Topic, Trial, Word
from moderation.judging.vocabulary import lexicon_of
from moderation.models import Answer, Case, Message
from offices.models import Notice, Office, Officer
from tests.browser.screen import Screen, sign_in, stands_ill
from tests.desk import Desk, make_answer, make_case, make_desk, make_message
from tests.rows import an_officer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
URGENT = "tolong, bapak saya pingsan dan tidak sadar"


@pytest.fixture
def desk() -> Desk:
    return make_desk(emergency_number="0341-123456")


def judged(desk: Desk, text: str, **more: object) -> Message:
    message = make_message(desk, text, Message.State.NEW, **more)
    triage.judge_new(timezone.now())
    message.refresh_from_db()
    return message


def pages_fit(screen: Screen, *names: str) -> None:
    for name in names:
        assert not stands_ill(screen.open(reverse(name)), name)


def test_a_word_is_tried_seen_on_others_saved_and_undone(screen: Screen, desk: Desk) -> None:
    make_message(desk, "petugasnya sumpringah semua", label="praise", judged_label="praise")
    sign_in(screen)
    page = screen.open(reverse("vocabulary"))
    page.locator("#sentence").fill("bidannya sumpringah")
    expect(page.locator("#effect .part-unknown")).to_have_text("sumpringah")
    expect(page.locator("#effect .part-safe")).to_have_text("bidannya")
    sign = page.locator("#effect .part-unknown").evaluate("one => getComputedStyle(one, '::before').content")
    assert "?" in sign  # colour never speaks alone
    before = lexicon_of(desk.office).version
    page.locator("#id_list").select_option("cue.strong")
    page.locator("#id_word").fill("sumpringah")
    expect(page.locator(".verdict-thank .part-praise")).to_have_text("sumpringah")
    expect(page.locator(".others")).to_contain_text("petugasnya sumpringah semua")
    page.locator("#change .button.primary").click()
    expect(page.locator(".bar-success")).to_be_visible()
    assert Word.objects.get().word == "sumpringah"
    assert lexicon_of(desk.office).version != before
    page.locator(".row").filter(has_text="sumpringah").get_by_role("button").click()
    expect(page.locator(".bar-success")).to_be_visible()
    assert lexicon_of(desk.office).version == before
    pages_fit(screen, "vocabulary", "trust", "topics", "more")


def test_a_correction_by_one_tap_anywhere_proposes_a_word_that_a_person_accepts(screen: Screen, desk: Desk) -> None:
    texts = ["sumpringah ramah petugasnya", "dokternya ramah sumpringah", "sumpringah, ramah, bersih tempatnya"]
    inbox, alone = (make_message(desk, text, judged_label="other") for text in texts[:2])
    case = make_case(desk, texts[2])
    in_case = Message.objects.get(case=case)
    Message.objects.filter(pk=in_case.pk).update(judged_label="complaint")
    sign_in(screen)
    page = screen.page
    for address, message in (
        (reverse("inbox") + "?show=review", inbox),
        (reverse("message", args=[alone.pk]), alone),
        (reverse("case", args=[case.pk]), in_case),
    ):
        screen.open(address)
        form = page.locator(f"form[action='{reverse('message_label', args=[message.pk])}']").first
        form.locator("button[value=praise]").click()
        expect(page.locator(".bar-success")).to_be_visible()
        message.refresh_from_db()
        assert message.label == "praise", address
    screen.open(reverse("vocabulary"))
    proposal = page.locator(".row").filter(has_text="sumpringah").first
    expect(proposal).to_contain_text("3")
    proposal.locator("summary").click()
    expect(proposal.locator("li").first).to_contain_text("→")
    proposal.get_by_role("button").click()
    expect(page.locator(".bar-success")).to_be_visible()
    assert Word.objects.get().list == "safe.word"


def test_a_word_that_would_thank_a_corrected_message_is_refused(screen: Screen, desk: Desk) -> None:
    make_message(desk, "sumpringah ramah petugasnya", label="complaint", judged_label="praise")
    sign_in(screen)
    page = screen.open(reverse("vocabulary"))
    page.locator("#id_list").select_option("safe.word")
    page.locator("#id_word").fill("sumpringah")
    expect(page.locator("#effect .bar-warning")).to_contain_text("sumpringah ramah petugasnya")  # seen before saving
    page.locator("#change .button.primary").click()
    expect(page.locator(".card.ask")).to_contain_text("sumpringah ramah petugasnya")
    assert not Word.objects.exists()


def test_an_offices_own_topic_sends_cases_to_its_owner_and_is_retired(screen: Screen, desk: Desk) -> None:
    owner = an_officer(desk.office, "haji", role=Officer.Role.PROGRAMME)
    sign_in(screen)
    page = screen.open(reverse("topics"))
    page.locator("#id_new-name").fill("Kesehatan haji")
    page.locator("#id_new-owner").select_option(str(owner.pk))
    page.locator("#id_new-words").fill("manasik, jamaah haji")
    page.locator("form").filter(has=page.locator("#id_new-name")).locator(".button.primary").click()
    expect(page.locator(".bar-success")).to_be_visible()
    topic = Topic.objects.get(name="Kesehatan haji")
    message = judged(desk, "periksa manasik jamaah haji kemarin petugasnya judes sekali")
    assert message.topic == topic.slug
    case = Case.objects.get()
    assert case.officer == owner
    fold = page.locator("details.topic").filter(has_text="Kesehatan haji")
    fold.locator("summary").click()
    fold.locator("input[name$=name]").fill("Haji")
    fold.locator(".button.primary").click()
    expect(page.locator(".bar-success")).to_be_visible()
    fold = page.locator("details.topic").filter(has=page.get_by_text("Haji", exact=True))
    fold.locator("summary").click()
    fold.locator(".button.quiet").click()
    expect(page.locator(".bar-success")).to_be_visible()
    assert judged(desk, "manasik jamaah haji lagi-lagi batal, kecewa").topic != topic.slug
    message.refresh_from_db()
    assert message.topic == topic.slug  # what has it keeps it


def test_danger_is_told_at_once_stands_first_and_is_answered_by_one_tap(screen: Screen, desk: Desk) -> None:
    on_duty = an_officer(desk.office, "jaga", role=Officer.Role.DUTY)
    make_case(desk, "antri lama sekali")
    judged(desk, URGENT)
    assert Notice.objects.get(kind="case_urgent").officer == on_duty
    assert not Outgoing.objects.exists()  # never by the machine
    sign_in(screen)
    page = screen.open(reverse("cases"))
    expect(page.locator("#cases a.row").first).to_contain_text("pingsan")
    page.locator("#cases a.row").first.click()
    expect(page.locator(".card.ask .quote")).to_contain_text("119")
    page.locator(".card.ask .button.danger").click()
    expect(page.locator(".bar-success")).to_be_visible()
    answer = Answer.objects.get()
    assert answer.author == desk.officer
    assert "119" in answer.text
    assert "0341-123456" in answer.text


def test_a_thank_you_is_stopped_in_its_pause_and_another_taken_back(screen: Screen, desk: Desk) -> None:
    Office.objects.update(thanks=Office.Thanks.ON)
    desk.office.refresh_from_db()
    waiting = judged(desk, "Terima kasih bu bidan, pelayanannya ramah")
    gone = judged(desk, "petugasnya ramah dan cekatan sekali")
    Outgoing.objects.filter(answer__message=gone).update(state="sent", remote_id="r7", sent_at=timezone.now())
    sign_in(screen)
    page = screen.open(reverse("inbox") + "?show=thanks")
    page.locator(f"#message-{waiting.pk} .button.danger").first.click()
    expect(page.locator(".bar-success")).to_be_visible()
    assert Outgoing.objects.get(answer__message=waiting).state == "withdrawn"
    assert Trial.objects.get(answer__message=waiting).why == "stopped"
    page = screen.open(reverse("message", args=[gone.pk]))
    page.locator(".answer details.inline summary").click()
    page.locator(".answer details.inline .button.danger").click()
    expect(page.locator(".bar-success")).to_contain_text(re.compile("diusulkan|proposed"))
    assert Outgoing.objects.filter(kind="delete").count() == 1
    desk.office.refresh_from_db()
    assert desk.office.thanks == Office.Thanks.PROPOSE
    assert Notice.objects.filter(kind="thanks_back", office=desk.office).exists()
    page = screen.open(reverse("trust"))
    expect(page.locator("main")).to_contain_text("petugasnya ramah dan cekatan sekali")
    assert shown_state(page) == desk.office.get_thanks_display()


def shown_state(page: Page) -> str:
    return page.locator(".thanks-state").inner_text().strip()


def test_thanks_for_our_answer_are_no_praise_and_the_case_is_closed_by_one_tap(screen: Screen, desk: Desk) -> None:
    case = make_case(desk, "kapan obatnya ada lagi?", "question", state=Case.State.ANSWERED)
    first = Message.objects.get(case=case)
    make_answer(first, "Obat sudah tersedia lagi, Bu.")
    Outgoing.objects.update(sent_at=timezone.now() - timedelta(hours=1))
    about = {"author_id": first.author_id, "thread": first.thread, "written_at": timezone.now()}
    thanked = judged(desk, "oke terima kasih min", **about)
    case.refresh_from_db()
    assert case.acknowledged_at, (thanked.state, thanked.action, thanked.reasons)
    sign_in(screen)
    page = screen.open(reverse("case", args=[case.pk]))
    expect(page.locator(".case-main .bar-info").first).to_contain_text("berterima kasih")
    assert not Answer.objects.filter(message=thanked).exists()
    page.locator(f"form[action='{reverse('case_close', args=[case.pk])}'] button").first.click()
    expect(page.locator(".bar-success")).to_be_visible()
    case.refresh_from_db()
    assert case.state == Case.State.CLOSED
