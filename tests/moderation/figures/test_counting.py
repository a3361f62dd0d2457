"""Figures out of Events and Steps: decided once, counted there, and not changed by what comes later."""

import re
import uuid
from datetime import datetime, timedelta
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import translation

from connectors.models import Account, Outgoing
from moderation import escalation, reply, steps
from moderation.figures.counting import FINAL_AFTER, take_stock
from moderation.figures.indicators import BY_KEY, INDICATORS, What
from moderation.figures.models import CountedCase, CountedMonth, Tally
from moderation.figures.period import Period
from moderation.figures.reading import counted, figures, percentile, targets_of
from moderation.figures.tally import rounded
from moderation.handling import handing_over, noting
from moderation.handling.models import Handling
from moderation.joining import joining
from moderation.models import Answer, Case, Message
from moderation.procedure import Output
from moderation.satisfaction import asking
from moderation.satisfaction.models import Satisfaction
from moderation.templatetags.figures import percent
from offices.models import Event, Office, Officer
from tests.console import signed_in
from tests.rows import a_message, an_account, an_office, an_officer, an_outgoing

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
WIB = ZoneInfo("Asia/Jakarta")
MONDAY = datetime(2026, 11, 2, 9, 0, tzinfo=WIB)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOVEMBER = Period(2026, 11)


@pytest.fixture
def account() -> Account:
    office = an_office(kind="city")
    an_officer(office)
    return an_account(office)


def a_case(account: Account, at: datetime = MONDAY, **fields: Any) -> Case:
    message = a_message(account, **{"label": "complaint", "written_at": at, "topic": "obat", **fields})
    return escalation.open_case(message, at)


def answer(case: Case, at: datetime) -> None:
    """One reply of the section head that ends whatever still runs, and is out at once."""
    message = case.incoming_messages.get()
    officer = Officer.objects.filter(office=case.office).get()
    reply.answer_by_hand(message, "Sudah kami perbaiki.", officer, uuid.uuid4(), at, case)


def number(account: Account, what: What, period: Period = NOVEMBER) -> int:
    return counted([account.office], period)[(account.office_id, "")].numbers[what]


def listed(account: Account, what: What, **more: str) -> set[int]:
    """The cases behind a figure, as the list shows them."""
    officer = Officer.objects.filter(office=account.office).get()
    asked = {"show": "all", "angka": what, "periode": "2026-11", **more}
    page = signed_in(officer).get(reverse("cases"), asked).content.decode()
    return {case.pk for case in Case.objects.all() if f'id="case-{case.pk}"' in page}


def test_an_answer_in_time_counts_when_it_goes_out_and_a_late_one_when_its_time_runs_out(account: Account) -> None:
    quick, slow, never = (a_case(account) for _ in range(3))
    answer(quick, MONDAY + HOUR)
    take_stock(MONDAY + 2 * HOUR)
    assert (number(account, What.IN_TIME), number(account, What.LATE)) == (1, 0)
    answer(slow, MONDAY + 20 * DAY)
    take_stock(MONDAY + 21 * DAY)
    assert (number(account, What.IN_TIME), number(account, What.LATE)) == (1, 2)
    assert listed(account, What.IN_TIME) == {quick.pk}
    assert listed(account, What.LATE) == {slow.pk, never.pk}
    assert listed(account, What.LATE, topik="obat") == {slow.pk, never.pk}
    assert listed(account, What.LATE, topik="parkir") == set()


def test_a_late_stage_that_is_made_up_for_leaves_the_answer_in_time(account: Account) -> None:
    case = a_case(account)
    steps.reached(case, Output.SCREENSHOT, MONDAY + 2 * HOUR)  # its limit is a quarter of an hour
    answer(case, MONDAY + 2.1 * HOUR)
    take_stock(MONDAY + DAY)
    assert (number(account, What.IN_TIME), number(account, What.LATE)) == (1, 0)
    assert number(account, What.STAGE_LATE) == 1
    assert listed(account, What.STAGE_LATE, tahap="tangkapan_layar") == {case.pk}


def test_one_reply_that_ends_several_stages_counts_once(account: Account) -> None:
    case = a_case(account)
    steps.reached(case, Output.SCREENSHOT, MONDAY + HOUR / 12)
    steps.reached(case, Output.CONSULTED, MONDAY + HOUR / 6)
    ended = steps.reached(case, Output.ANSWERED, MONDAY + HOUR)
    assert len(ended) > 1
    take_stock(MONDAY + DAY)
    assert number(account, What.STAGE_IN_TIME) == 4  # received, screenshot, sent, and the reply


def test_a_month_that_is_over_stands(account: Account) -> None:
    case = a_case(account)
    answer(case, MONDAY + HOUR)
    december = datetime(2026, 12, 1, tzinfo=WIB)
    take_stock(december + FINAL_AFTER)
    before = list(Tally.objects.filter(month=NOVEMBER.months[0].first).values_list("what", "by", "key", "n"))
    assert CountedMonth.objects.get(month=NOVEMBER.months[0].first).final
    Message.objects.update(topic="parkir")
    Case.objects.update(topic="parkir", answered_at=None, state="open")
    Event.write(account.office_id, "case.opened", case, at=MONDAY)
    take_stock(december + FINAL_AFTER + DAY)
    assert list(Tally.objects.filter(month=NOVEMBER.months[0].first).values_list("what", "by", "key", "n")) == before


def test_counting_twice_is_counting_once_and_what_did_not_move_is_left_alone(account: Account) -> None:
    answer(a_case(account), MONDAY + HOUR)
    assert take_stock(MONDAY + 2 * HOUR) == 1
    first = list(Tally.objects.order_by("id").values_list("what", "by", "key", "minutes", "n"))
    assert take_stock(MONDAY + 2 * HOUR + timedelta(minutes=6)) == 0
    assert take_stock(MONDAY + 4 * HOUR) == 1  # something may have fallen due
    assert list(Tally.objects.order_by("id").values_list("what", "by", "key", "minutes", "n")) == first


def test_answering_time_is_working_time(account: Account) -> None:
    """From Friday 15.00 to Monday 9.00: an hour and a half on Friday, an hour and a half on Monday."""
    friday = datetime(2026, 11, 6, 15, 0, tzinfo=WIB)
    answer(a_case(account, friday), friday + 2 * DAY + 18 * HOUR)
    take_stock(friday + 4 * DAY)
    counts = counted([account.office], NOVEMBER)[(account.office_id, "")]
    assert counts.realised(BY_KEY["median"]) == 180


def test_handled_is_of_what_was_handled_or_still_waits(account: Account) -> None:
    done, waits = a_case(account), a_case(account)
    a_case(account, label="suggestion")
    Event.write(account.office_id, "case.handled", done, at=MONDAY + HOUR)
    take_stock(MONDAY + DAY)
    assert (number(account, What.HANDLED), number(account, What.UNHANDLED)) == (1, 1)
    assert listed(account, What.UNHANDLED) == {waits.pk}
    Event.write(account.office_id, "case.handled", waits, at=MONDAY + 32 * DAY)
    take_stock(MONDAY + 33 * DAY)
    assert (number(account, What.HANDLED), number(account, What.UNHANDLED)) == (1, 1)  # November stays
    whole = counted([account.office], Period(2026))[(account.office_id, "")].numbers
    assert (whole[What.HANDLED], whole[What.UNHANDLED]) == (2, 0)  # of a stock the year has its last month


def note(case: Case, at: datetime) -> None:
    """As the complaints team notes it (`moderation/handling`)."""
    noting.note(case, Handling(what="Loket ditambah", done_on=at.date()), at, Officer.objects.earliest("id"))


def test_the_move_that_noting_makes_is_the_one_that_is_counted(account: Account) -> None:
    done, not_yet = a_case(account), a_case(account)
    note(done, MONDAY + HOUR)
    kept = Handling(what="Masih dikerjakan", done_on=MONDAY.date(), final=False)
    noting.note(not_yet, kept, MONDAY + HOUR, Officer.objects.get())
    take_stock(MONDAY + DAY)
    assert listed(account, What.HANDLED) == {done.pk}
    assert listed(account, What.UNHANDLED) == {not_yet.pk}


def test_what_is_opened_again_waits_again(account: Account) -> None:
    case = a_case(account)
    answer(case, MONDAY + HOUR)
    note(case, MONDAY + 2 * HOUR)
    escalation.reopen(case, MONDAY + 3 * HOUR, Officer.objects.get())
    take_stock(MONDAY + DAY)
    assert (number(account, What.HANDLED), number(account, What.UNHANDLED)) == (0, 1)
    note(case, MONDAY + 2 * DAY)
    take_stock(MONDAY + 3 * DAY)
    assert (number(account, What.HANDLED), number(account, What.UNHANDLED)) == (1, 0)


def test_citizens_yes_and_no_are_counted_as_they_were_said(account: Account) -> None:
    """By `satisfaction.say`; of one who says no after a yes the last word counts."""
    officer = Officer.objects.get()
    cases = [a_case(account) for _ in range(3)]
    for case, words in zip(cases, [[True], [False], [True, False]], strict=True):
        answer(case, MONDAY + HOUR)
        case.refresh_from_db()
        asked = asking.ask(case, case.incoming_messages.get(), Satisfaction.Way.THREAD, MONDAY + 2 * HOUR, officer)
        assert asked is not None
        for turn, word in enumerate(words):
            assert asking.say(asked, word, "", MONDAY + (3 + turn) * HOUR)
    take_stock(MONDAY + DAY)
    assert listed(account, What.SOLVED) == {cases[0].pk}
    assert listed(account, What.UNSOLVED) == {cases[1].pk, cases[2].pk}


def test_what_was_said_counts_for_the_case_in_which_its_message_stands(account: Account) -> None:
    """As in the register: of a message that was split off since, the yes belongs to its own case."""
    officer, at = Officer.objects.get(), MONDAY + 2 * HOUR
    case = a_case(account)
    answer(case, MONDAY + HOUR)
    case.refresh_from_db()
    moved = a_message(account, state="review", label="complaint", topic="obat")
    joining.bring(moved, case, at, officer)
    asked = asking.ask(case, moved, Satisfaction.Way.THREAD, at, officer)
    assert asked is not None
    assert asking.say(asked, True, "", at + HOUR)
    moved.refresh_from_db()
    new = joining.split(moved, at + 2 * HOUR, officer)
    assert new is not None
    take_stock(MONDAY + DAY)
    assert listed(account, What.SOLVED) == {new.pk}


def test_a_case_that_was_handed_over_counts_once_with_the_office_that_registered_it(account: Account) -> None:
    there = an_office("mawar", parent=account.office)
    an_officer(there, "budi")
    case = a_case(account)
    assert handing_over.hand_over(case, there, "Milik Anda", MONDAY + HOUR / 2, Officer.objects.get(username="sari"))
    message, budi = case.incoming_messages.get(), Officer.objects.get(username="budi")
    reply.answer_by_hand(message, "Sudah kami perbaiki.", budi, uuid.uuid4(), MONDAY + HOUR, case)
    noting.note(case, Handling(what="Diperbaiki", done_on=MONDAY.date()), MONDAY + HOUR, budi)
    take_stock(MONDAY + DAY)
    for what in (What.OPENED, What.ANSWERED, What.IN_TIME, What.HANDLED, What.ANSWERS):
        both = counted([account.office, there], NOVEMBER)
        assert (both[(account.office_id, "")].numbers[what], both[(there.pk, "")].numbers[what]) == (1, 0), what


def test_what_nobody_touched_for_thirty_days_is_lost(account: Account) -> None:
    october = datetime(2026, 10, 5, 9, 0, tzinfo=WIB)
    lost, closed = a_case(account, october), a_case(account, october, label="question")
    assert escalation.close(closed, october + DAY, Officer.objects.get())
    a_message(account, state="review", stored_at=october)
    take_stock(october + 31 * DAY)
    assert number(account, What.LOST) == 2
    assert listed(account, What.LOST) == {lost.pk}


def test_thanks_of_the_desk_stand_apart_and_a_late_post_counts_once(account: Account) -> None:
    praise = a_message(account, "Terima kasih", label="praise")
    for kind in ("thanks", "answer"):
        row = an_outgoing(account)
        Answer.objects.create(office=account.office, message=praise, kind=kind, text="Sama-sama", outgoing=row)
        Event.write(account.office_id, "outgoing.sent", row, at=MONDAY)
    take_stock(MONDAY + HOUR)
    assert (number(account, What.THANKS), number(account, What.ANSWERS)) == (1, 1)
    assert number(account, What.POST_IN_TIME) == 0
    assert Outgoing.objects.count() == 2


def test_percentiles_and_targets() -> None:
    from collections import Counter

    assert percentile(Counter({10: 5, 20: 4, 600: 1}), 50) == 10
    assert percentile(Counter({10: 5, 20: 4, 600: 1}), 90) == 20
    assert percentile(Counter(), 50) is None
    assert [rounded(value) for value in (119, 121, 124, 599, 623)] == [119, 120, 125, 600, 630]
    share, time, lost = BY_KEY["in_time"], BY_KEY["median"], BY_KEY["lost"]
    assert share.achieved(45, 90) == 50
    assert (time.achieved(600, 300), time.achieved(200, 300)) == (50, 100)
    assert (lost.achieved(0, 0), lost.achieved(1, 0)) == (100, 0)


@pytest.mark.parametrize(
    ("share", "said"), [(200 / 3, "66,7"), (99.97, "100"), (100, "100"), (74.04, "74"), (50, "50"), (111.1, "111")]
)
def test_a_share_is_rounded_not_cut(share: float, said: str) -> None:
    with translation.override("id"):
        assert percent(share) == f"{said}\u00a0%"


def test_targets_are_ones_own_else_those_of_the_office_above() -> None:
    city = an_office("kota", kind="city")
    centre = an_office("melati", parent=city)
    head, below = an_officer(city, "wati"), an_officer(centre, "sari")
    assert (
        signed_in(head).post(reverse("targets") + "?periode=2026", {"in_time": "80", "median": "10"}).status_code == 302
    )
    assert signed_in(below).post(reverse("targets") + "?periode=2026", {"in_time": "95"}).status_code == 302
    held = targets_of(centre, 2026)
    assert (held["in_time"], held["median"], held["handled"]) == ((95.0, False), (600.0, False), (90.0, True))
    assert Event.objects.filter(verb="figures.targets").count() == 2
    page = signed_in(below).get(reverse("targets") + "?periode=2026").content.decode()
    shown = {name: field for field in re.findall("<input[^>]*>", page) for name in re.findall('name="([^"]*)"', field)}
    assert ('value="95"' in shown["in_time"], 'placeholder="80"' in shown["in_time"]) == (True, True)
    assert ("value=" in shown["median"], 'placeholder="10"' in shown["median"]) == (False, True)
    assert [one.indicator.key for one in figures(counted([centre], NOVEMBER)[(0, "")], held)] == [
        one.key for one in INDICATORS
    ]


def test_a_figures_page_and_its_cases_agree_for_a_city(account: Account) -> None:
    centre = an_office("mawar", parent=account.office)
    an_officer(centre, "budi")
    there = an_account(centre, handle="mawar")
    answer(a_case(account), MONDAY + HOUR)
    a_case(there)
    take_stock(MONDAY + 25 * DAY)
    page = signed_in(Officer.objects.get(office=account.office)).get(reverse("figures"), {"periode": "2026-11"})
    text = page.content.decode()
    assert text.index("Puskesmas Mawar</a>") < text.index("Puskesmas Melati</a>")  # the worst first
    assert CountedCase.objects.filter(what=What.LATE).values_list("office", flat=True).get() == centre.pk
    assert "50\u00a0%" in text
    opened = re.search(r'<a class="tile" href="([^"]*)"><b>(\d+)</b>', text)
    assert opened is not None
    client = signed_in(Officer.objects.get(office=account.office))
    assert client.get(unescape(opened[1])).content.decode().count('id="case-') == int(opened[2]) == 2


@pytest.mark.parametrize("grouped", ["topik", "kanal", "unit", "tahap"])
def test_each_figure_of_cases_opens_the_cases_behind_it(account: Account, grouped: str) -> None:
    centre = an_office("mawar", parent=account.office)
    an_officer(centre, "budi")
    answer(a_case(account), MONDAY + HOUR)
    a_case(account, topic="parkir")
    a_case(an_account(centre, handle="mawar"))
    take_stock(MONDAY + 40 * DAY)
    client = signed_in(Officer.objects.get(office=account.office))
    asked = {"periode": "2026-11", "menurut": grouped}
    page = client.get(reverse("figures"), asked).content.decode()
    links = re.findall(r'<a class="look" href="([^"]*angka=[^"]*)">([^<]*)</a>', page)
    found = {address: client.get(unescape(address)).content.decode().count('id="case-') for address, _ in links}
    assert all(found.values()), found
    assert {words: found[address] for address, words in links if words.isdigit() and int(words) != found[address]} == {}
    tables = re.findall(r"<table.*?</table>", page, re.DOTALL)
    assert [table.count('class="look" href="/kasus/') > 2 for table in tables] == [True] * len(tables) == [True] * 4


def test_groups_stand_with_their_names_before_anybody_opened_the_topics_page(account: Account) -> None:
    a_case(account, topic="antrian_pendaftaran")
    take_stock(MONDAY + 25 * DAY)
    client = signed_in(Officer.objects.get(office=account.office))
    assert "Antrean dan pendaftaran" in client.get(reverse("figures"), {"periode": "2026-11"}).content.decode()
    behind = {"angka": What.LATE, "periode": "2026-11", "topik": "antrian_pendaftaran", "kanal": "instagram"}
    said = re.search(r"bar-info.*?</p>", client.get(reverse("cases"), behind).content.decode(), re.DOTALL)
    assert said is not None
    assert all(word in said[0] for word in ("Antrean dan pendaftaran", "Instagram", "November 2026")), said[0]


def test_the_stages_of_each_office_of_a_city_have_their_names(account: Account) -> None:
    centre = an_office("mawar", parent=account.office)
    an_officer(centre, "budi")
    answer(a_case(account), MONDAY + HOUR)
    answer(a_case(an_account(centre, handle="mawar")), MONDAY + HOUR)
    take_stock(MONDAY + 25 * DAY)
    client = signed_in(Officer.objects.get(office=account.office))
    page = client.get(reverse("figures"), {"periode": "2026-11", "menurut": "tahap"}).content.decode()
    keys = set(Tally.objects.filter(by="tahap").values_list("key", flat=True))
    assert len(set(Tally.objects.filter(by="tahap").values_list("office", flat=True))) == 2
    assert [key for key in keys if f">{key}<" in page] == []


@pytest.mark.parametrize("kind", ["waktu", "kasus", "kecil"])
def test_pictures_hold_no_script_and_ask_nothing_of_outside(account: Account, kind: str) -> None:
    answer(a_case(account), MONDAY + HOUR)
    take_stock(MONDAY + 2 * HOUR)
    client = signed_in(Officer.objects.get())
    drawn = client.get(reverse("figures_picture", args=[kind]), {"periode": "2026"})
    assert drawn.headers["Content-Type"] == "image/svg+xml"
    text = drawn.content.decode()
    assert "<script" not in text
    assert 'href="http' not in text
    assert "{{" not in text, "pygal fills in no names in a sheet of ours"
    assert "prefers-color-scheme:dark" in text
    assert ("url(#stripes)" in text) == (kind == "kasus"), "two bars differ by more than their colour"
    assert ("stroke-dasharray:3" in text) == (kind == "waktu"), "a target is dashed in the legend, too"
    assert client.get(reverse("figures_picture", args=["lain"])).status_code == 404


def test_another_offices_figures_are_not_shown(account: Account) -> None:
    answer(a_case(account), MONDAY + HOUR)
    take_stock(MONDAY + 2 * HOUR)
    stranger = an_officer(an_office("lain"), "budi")
    page = signed_in(stranger).get(reverse("figures"), {"periode": "2026-11", "kantor": account.office.slug})
    assert "Puskesmas Lain" in page.content.decode()
    assert "(1/1)" not in page.content.decode()
    assert Office.objects.count() == 2


def test_a_month_counted_again_writes_only_what_became_different(account: Account) -> None:
    """Rows that stand keep their ids: tens of thousands of them would be written every few minutes."""
    answer(first := a_case(account), MONDAY + HOUR)
    take_stock(MONDAY + 2 * HOUR)
    stood = set(CountedCase.objects.values_list("pk", flat=True))
    answer(a_case(account), MONDAY + 2 * HOUR)
    take_stock(MONDAY + 3 * HOUR)
    assert stood < set(CountedCase.objects.values_list("pk", flat=True))
    assert number(account, What.IN_TIME) == 2
    Case.objects.filter(pk=first.pk).update(topic="parkir")
    take_stock(MONDAY + 5 * HOUR)
    topics = Tally.objects.filter(what=What.IN_TIME, by="topik").values_list("key", "n")
    assert sorted(topics) == [("obat", 1), ("parkir", 1)]
    assert set(CountedCase.objects.filter(case=first).values_list("topic", flat=True)) == {"parkir"}
