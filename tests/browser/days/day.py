"""A working day in seconds: people at the console, citizens at the platforms, the timetable, and the clock in hand."""

import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import requests
import time_machine
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import BrowserContext, Locator, Page
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from config.celery import app
from connectors import tasks
from connectors.letterbox import Letterbox, WebhookBody
from connectors.models import Account, Outgoing
from offices.models import Office, Officer
from sandbox.server import Sandbox
from tests.browser.screen import hear

PICTURES = os.environ.get("TANGGAP_TEST_PICTURES", "")
"""A folder: the phone's pictures of these days are kept there (docs/panduan.md shows them)."""
THUMB_PX = 44
NUMBER = "628111777888"
WHATSAPP_SECRET = "rahasia-uji"


@dataclass
class Day:
    """Who acts is said by the method: `sign_in` and `tap` a person, `citizen` a citizen, `work` the timetable."""

    window: BrowserContext
    base: str
    stand_in: Sandbox
    clock: time_machine.Traveller
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Jakarta"))
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page: Page = self.window.new_page()
        hear(self.page, self.complaints)

    # --- time

    def at(self, moment: str) -> None:
        """It is now `moment` ("2026-12-07 08:00") in the office's zone, for the desk and for the browser."""
        there = datetime.fromisoformat(moment).replace(tzinfo=self.zone)
        assert there >= timezone.now(), f"time only goes on: {moment}"
        self.clock.move_to(there)
        self.window.clock.set_fixed_time(there)

    def work(self, rounds: int = 2) -> None:
        """What the worker does in some ticks: each line of the timetable in turn, each to its end."""
        Account.objects.update(next_fetch_at=timezone.now())  # a day has more minutes than this test has seconds
        for _round in range(rounds):
            for line in app.conf.beat_schedule.values():
                app.tasks[str(line["task"])].apply(throw=True)
                senders_are_back()

    # --- people

    def sign_in(self, officer: Officer) -> None:
        """This officer's own phone."""
        client = Client()
        client.force_login(officer)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        self.window.clear_cookies()
        self.window.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie.value, "url": self.base}])

    def open(self, address: str) -> Page:
        self.page.goto(self.base + address, wait_until="domcontentloaded")
        assert self.fits(), f"{address} stands out to the side"
        return self.page

    def tap(self, name: str, role: str = "button", inside: str = "main") -> None:
        """The first of that name; it must be large enough for a thumb."""
        self.press(self.page.locator(inside).get_by_role(role, name=name).first, name)  # type: ignore[arg-type]

    def press(self, target: Locator, name: str) -> None:
        self.page.wait_for_load_state("domcontentloaded")  # sizes are those of its style
        try:
            box = target.bounding_box()
        except PlaywrightTimeout:
            offered = self.page.locator("main").get_by_role("button").all_inner_texts()
            raise AssertionError(f"no {name} at {self.page.url}; there are {sorted({*offered})}") from None
        assert box, f"{name} is hidden"
        assert box["height"] >= THUMB_PX, f"{name} is only {box['height']} px high"
        target.click()

    def fits(self) -> bool:
        return bool(self.page.evaluate("document.scrollingElement.scrollWidth <= window.innerWidth"))

    @property
    def is_phone(self) -> bool:
        size = self.page.viewport_size
        return size is not None and size["width"] == 360

    def picture(self, name: str, of: str = "") -> None:
        """Keep what the phone shows for the handbook: the screen, or the element `of` alone."""
        if not PICTURES or not self.is_phone:
            return
        path = Path(PICTURES) / f"{name}.png"
        if of:  # without the bar at the bottom, which would lie over it
            self.page.evaluate("document.querySelector('nav.side').hidden = true")
            self.page.locator(of).first.screenshot(path=path)
            self.page.evaluate("document.querySelector('nav.side').hidden = false")
        else:
            self.page.screenshot(path=path)

    # --- citizens, and the officer's phone

    def say(self, verb: str, **what: Any) -> dict[str, Any]:
        """One request of the stand-in's own ("comment", "dm", …); its entry in the ledger."""
        answer = requests.post(f"{self.stand_in.base}/_sandbox/{verb}", json=what, timeout=30)
        assert answer.status_code == 201, answer.text
        entry: dict[str, Any] = answer.json()
        return entry

    def citizen(self, account: Account, text: str, author: str, post: str = "", **more: Any) -> dict[str, Any]:
        """A comment under our post of that text (the newest, where none is named)."""
        posts = requests.get(f"{self.stand_in.base}/_sandbox/posts", timeout=30).json()
        ours = [one for one in posts if one["platform"] == platform_of(account) and post in one["text"]]
        assert ours, f"no post of {account} stands there"
        place = {"platform": platform_of(account), "account": ours[-1]["account"], "post": ours[-1]["id"]}
        return self.say("comment", **place, author=author, text=text, **more)

    def said_in_public(self, account: Account) -> list[str]:
        """The texts that stand under our posts, written by ourselves."""
        entries = requests.get(f"{self.stand_in.base}/_sandbox/ledger", timeout=30).json()
        return [one["text"] for one in entries if one["platform"] == platform_of(account) and one["kind"] == "reply"]

    def officers_phone(self, number: str) -> str:
        """The address at which this officer's WhatsApp is to be seen and written in."""
        return f"{self.stand_in.base}/web.whatsapp.com/{NUMBER}/{number.lstrip('+')}/"


def platform_of(account: Account) -> str:
    """The stand-in knows one Instagram, whichever way the desk takes."""
    return "instagram" if account.platform.startswith("instagram") else account.platform


def account_of(office: Office, platform: str, handle: str, **secrets: Any) -> Account:
    """An account as somebody just entered it: the worker signs it in."""
    now = timezone.now()
    return Account.objects.create(
        office=office, platform=platform, handle=handle, name=office.name, secrets=secrets, check_wanted_at=now
    )


def whatsapp_of(day: Day, office: Office) -> Account:
    """The office's connected number, its news brought by webhook."""
    keys = {"phone_id": f"10{NUMBER}", "token": f"EAA.whatsapp.{NUMBER}", "app_secret": WHATSAPP_SECRET}
    account = account_of(office, "whatsapp", NUMBER, **keys)
    day.work()
    box = Letterbox.of(account)
    where = {"platform": "whatsapp", "account": NUMBER, "url": box.address}
    day.say("webhooks", **where, secret=WHATSAPP_SECRET, verify_token=box.verify_token)
    return account


def officer_answers(day: Day, number: str, text: str = "", button: str = "") -> None:
    """On the officer's own WhatsApp, as a reply to the desk's newest message: words, or a tap below it."""
    phone = day.officers_phone(number)
    quoted = re.findall(r"kutip=(\w+)", requests.get(phone, timeout=30).text)
    assert quoted, "no question has arrived"
    said = {"text": text} if text else {"button": button}
    requests.post(phone, data={**said, "quotes": quoted[-1]}, timeout=30)
    words = (text or button).encode()  # receipts of what we sent come in between
    until(lambda: any(words in bytes(row.body) for row in WebhookBody.objects.all()))


def senders_are_back() -> None:
    """A task that sends is over when its last thread has begun (`connectors.tasks.work_off`)."""
    for _sender in range(settings.SENDERS):
        assert tasks.room.acquire(timeout=120), "it is still being sent"
    tasks.room.release(settings.SENDERS)


def nothing_waits() -> bool:
    """Everything that was to go out is out."""
    return not Outgoing.objects.filter(state__in=[Outgoing.State.QUEUED, Outgoing.State.SENDING]).exists()


@contextmanager
def clock_from(moment: str, zone: str) -> Iterator[time_machine.Traveller]:
    begin = datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(zone))
    with time_machine.travel(begin, tick=True) as traveller:
        yield traveller


def until(happened: Callable[[], bool], seconds: float = 120) -> None:
    """The stand-in brings its news from a thread of its own."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)
