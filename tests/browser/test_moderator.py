"""A moderator's whole path through the console in a real browser."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from connectors.models import Account, Outgoing
from moderation.models import Answer, Case, Evidence, Message
from offices.models import Event, Officer
from scheduler.models import Delivery
from tests.browser.screen import Screen, both_widths, sign_in
from tests.desk import PASSWORD, Desk, fill, make_desk, make_message

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def desk() -> Desk:
    made = make_desk(time_zone="Asia/Makassar")
    fill(made)
    red = {"state": Account.State.RED, "reason": "challenge"}
    Account.objects.create(office=made.office, platform="instagram", handle="akun_merah", **red)
    return made


@both_widths
def test_a_moderators_morning(screen: Screen, desk: Desk) -> None:
    screen.page.clock.install()
    sign_in(screen)
    page = screen.page
    expect(page.locator(".tiles")).to_be_visible()
    expect(page.get_by_text("WITA").first).to_be_visible()
    thank(screen)
    say_what_it_is(screen)
    answer_the_case(screen)
    decide_about_posts(screen, desk)


def thank(screen: Screen) -> None:
    """One tap sends the proposed thank-you; another stops the one in its pause."""
    page = screen.open(reverse("inbox") + "?show=thanks")
    before = page.locator("[data-until]").inner_text()
    page.clock.run_for(2_000)
    expect(page.locator("[data-until]")).not_to_have_text(before)
    proposed = Answer.objects.get(outgoing__state="draft")
    page.locator(f"#answer-{proposed.pk} .button.primary").click()
    expect(page.locator(".bar-success")).to_be_visible()
    page.locator(".pause .button.danger").first.click()
    expect(page.locator(".bar-success")).to_be_visible()
    states = set(Outgoing.objects.filter(answer__kind="thanks").values_list("state", flat=True))
    assert states == {"queued", "withdrawn"}


def say_what_it_is(screen: Screen) -> None:
    """One tap makes a sarcastic "praise" the complaint that it is."""
    page = screen.open(reverse("inbox") + "?show=review")
    message = Message.objects.get(text__startswith="Wah mantap")
    page.locator(f"#message-{message.pk} button[value=complaint]").click()
    expect(page.locator(".bar-success")).to_be_visible()
    message.refresh_from_db()
    assert message.case is not None


def answer_the_case(screen: Screen) -> None:
    """Urgent first; the evidence opens large in place; the answer is counted, sent and seen."""
    page = screen.open(reverse("cases"))
    page.locator("#cases a.row").first.click()
    case = Case.objects.get(urgent=True)
    expect(page).to_have_url(screen.base + reverse("case", args=[case.pk]))
    screen.settled().locator("a[data-enlarge]").first.click()
    expect(page.locator("dialog#enlarged img")).to_have_js_property("naturalWidth", 800)
    page.locator("dialog#enlarged button").click()
    page.locator("#jawab textarea").fill("Mohon maaf, Bu. Petugas kami segera menghubungi Ibu.")
    expect(page.locator("#jawab .count")).to_have_text(re.compile(r"^52 / "))
    page.locator("#jawab .button.primary").click()
    expect(page.locator("#case-answers .quote")).to_contain_text("segera menghubungi")
    screen.settled()
    row = Answer.objects.get(case=case).outgoing
    assert row is not None
    Outgoing.objects.filter(pk=row.pk).update(state="sent", sent_at=timezone.now())
    Event.write(row.office_id, "outgoing.sent", row)
    page.clock.run_for(6_000)
    expect(page.locator("#case-answers .badge-good")).to_be_visible()  # by itself


def decide_about_posts(screen: Screen, desk: Desk) -> None:
    """A late post is sent after all, a doubtful one was there, a queued one gets new words."""
    page = screen.open(reverse("queue") + "?show=asks")
    late = Delivery.objects.get(outgoing__state="late")
    page.locator(f"#delivery-{late.pk}").click()
    page.locator(".card.ask .button.primary").click()
    expect(page.locator(".bar-success")).to_be_visible()
    doubtful = Delivery.objects.get(outgoing__state="unknown")
    screen.open(reverse("delivery", args=[doubtful.pk]))
    page.locator("input[name=permalink]").fill("https://www.instagram.com/p/abc/")
    page.locator(".card.ask .button.primary").click()
    expect(page.locator(".bar-success")).to_be_visible()
    queued = Delivery.objects.get(outgoing__payload__text__startswith="Imunisasi")
    screen.open(reverse("delivery", args=[queued.pk]))
    page.locator("#id_caption").fill("Kata-kata baru")
    page.locator("form.stack .button.primary").click()
    expect(page.locator(".bar-success")).to_be_visible()
    states = {row.pk: Delivery.objects.get(pk=row.pk).outgoing for row in (late, doubtful, queued)}
    assert [row.state for row in states.values()] == ["queued", "sent", "queued"]
    assert states[queued.pk].text == "Kata-kata baru"


def test_what_is_open_survives_what_comes_in(screen: Screen, desk: Desk) -> None:
    screen.page.clock.install()
    sign_in(screen)
    page = screen.open(reverse("inbox"))
    page.locator("details.fold summary").first.click()
    with page.expect_response(lambda response: "/kotak-masuk/" in response.url):
        arrives(page, desk, "Pesan yang baru saja masuk")
    expect(page.locator("#fresh button")).to_have_text(re.compile("^ *1 "))
    expect(page.locator("details.fold").first).to_have_attribute("open", "")
    expect(page.get_by_text("Pesan yang baru saja masuk")).to_have_count(0)
    page.locator("#fresh button").click()
    expect(page.get_by_text("Pesan yang baru saja masuk")).to_be_visible()
    expect(page.locator("#fresh button")).to_be_hidden()


def arrives(page: Page, desk: Desk, text: str) -> None:
    """A message comes in, and the page's next look finds it."""
    row = make_message(desk, text)
    Event.write(desk.office.id, "message.received", row)
    page.clock.run_for(6_000)


def test_what_moves_before_the_first_look_is_shown(screen: Screen, desk: Desk) -> None:
    """The page is made, something moves, and only then the page asks for the first time."""
    screen.page.clock.install()
    sign_in(screen)
    came: list[Message] = []

    def come_first(route: Route) -> None:
        if not came:
            came.append(make_message(desk, "Masuk sebelum lihat pertama"))
            Event.write(desk.office.id, "message.received", came[0])
        route.continue_()

    screen.page.route("**/denyut/**", come_first)
    page = screen.open(reverse("inbox"))
    page.clock.run_for(30_000)
    expect(page.get_by_text("Masuk sebelum lihat pertama")).to_be_visible()


def test_a_list_that_nobody_touches_changes_by_itself(screen: Screen, desk: Desk) -> None:
    screen.page.clock.install()
    sign_in(screen)
    page = screen.open(reverse("inbox"))
    page.clock.run_for(30_000)
    arrives(page, desk, "Pesan yang baru saja masuk")
    expect(page.get_by_text("Pesan yang baru saja masuk")).to_be_visible()
    expect(page.locator("#fresh button")).to_be_hidden()


def test_what_was_typed_outlives_the_session(screen: Screen, desk: Desk) -> None:
    """Signed out meanwhile (elsewhere, or after two weeks): the page says so, and stays as it is."""
    screen.page.clock.install()
    sign_in(screen)
    case = Case.objects.get(urgent=True)
    page = screen.open(reverse("case", args=[case.pk]))
    page.locator("#jawab textarea").fill("Mohon maaf, Bu.")
    Session.objects.all().delete()
    page.clock.run_for(6_000)
    expect(page.locator("#signed-out")).to_be_visible()
    expect(page.locator("#jawab textarea")).to_have_value("Mohon maaf, Bu.")


def test_a_hidden_tab_asks_nothing_and_an_unchanged_desk_sends_nothing(screen: Screen, desk: Desk) -> None:
    screen.page.clock.install()
    sign_in(screen)
    page = screen.open(reverse("cases"))
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 5)  # from here no second passes by itself
    with page.expect_response(lambda response: "/denyut/" in response.url and response.status == 204):
        page.clock.run_for(11_000)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.run_for(30_000)
    ask_last(page)
    *pulses, _ = asked
    assert pulses
    assert all("/denyut/" in address for address in pulses)
    page.evaluate("Object.defineProperty(document, 'hidden', {value: true})")
    asked.clear()
    page.clock.run_for(30_000)
    ask_last(page)
    assert len(asked) == 1


def ask_last(page: Page) -> None:
    """A browser tells of its requests in their order, and later than it makes them: after this one, of all."""
    page.evaluate("(address) => fetch(address).then((answer) => answer.text())", reverse("healthy"))


def test_everything_works_without_javascript(window: BrowserContext, live_server: LiveServer, desk: Desk) -> None:
    browser = window.browser
    assert browser is not None
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    screen = Screen(context.new_page(), live_server.url)
    sign_in(screen)
    question = Message.objects.filter(state="question").first()
    assert question is not None
    page = screen.open(reverse("message", args=[question.pk]))
    page.locator("#jawab textarea").fill("Pukul 08.00, Bu.")
    page.locator("#jawab .button.primary").click()
    expect(page.locator(".bar-success")).to_be_visible()
    assert Answer.objects.filter(message=question).count() == 1
    context.close()


def test_a_fresh_desk_is_set_up_and_its_account_added(screen: Screen) -> None:
    from offices.setup import setup_token

    screen.page.clock.install()
    page = screen.open("/")
    expect(page).to_have_url(screen.base + reverse("setup_where"))
    screen.open(reverse("setup", args=[setup_token()]))
    page.locator("#id_name").fill("Puskesmas Kenanga")
    page.locator("#id_first_name").fill("Rini")
    page.locator("#id_username").fill("rini")
    page.locator("#id_password").fill(PASSWORD)
    page.locator("button.primary").click()
    expect(page).to_have_url(screen.base + reverse("accounts"))
    screen.open(reverse("account_add"))
    page.locator("#platform-instagram a.button").click()
    page.locator("#id_handle").fill("@puskesmas_kenanga")
    page.locator("#id_password").fill("rahasia-akun")
    page.locator("#id_understood").check()
    page.locator("#connect .button.primary").click()
    expect(page.locator("#health .badge-wait")).to_be_visible()
    account = Account.objects.get()
    assert (account.office.name, Officer.objects.get().office) == ("Puskesmas Kenanga", account.office)
    Account.objects.filter(pk=account.pk).update(state="green", check_wanted_at=None, last_ok_at=timezone.now())
    page.clock.run_for(4_000)
    expect(page.locator("#health .badge-good")).to_be_visible()  # by itself
    assert Evidence.objects.count() == 0
