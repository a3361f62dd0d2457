"""One window on the desk, and what its browser says of the pages."""

import re
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import ConsoleMessage, Page, expect

from tests.desk import PASSWORD

PHONE, DESK, HIGH = 360, 1280, 740
"""Widths and the height of a window, in px."""
both_widths = pytest.mark.parametrize("window", [PHONE, DESK], ids=["phone", "desk"], indirect=True)
TARGETS = """() => [...document.querySelectorAll("main a, main button, main summary, main input, main select, nav a")]
    .filter((one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
    .flatMap((one) => {
        const box = one.getBoundingClientRect();
        const free = getComputedStyle(one).display !== "inline" && !["checkbox", "radio"].includes(one.type);
        if (!box.width || !free) return [];
        const faults = box.height < 43.5 ? ["too small for a thumb"] : [];
        one.scrollIntoView({ block: "center", behavior: "instant" });
        const at = one.getBoundingClientRect();
        const top = document.elementFromPoint(at.x + at.width / 2, at.y + at.height / 2);
        const own = top && (one.contains(top) || [...(one.labels ?? [])].some((label) => label.contains(top)));
        if (!own) faults.push(`under ${top?.outerHTML.slice(0, 80)}`);
        return faults.map((fault) => `${fault}: ${one.outerHTML.slice(0, 120)}`);
    })"""
"""Buttons, links that stand alone, and fields: each can be tapped."""
EXPECTED = ("htmx:timeout", "htmx:afterRequest", "(Conflict)", "(Gone)", "(Unprocessable Entity)", "Service Worker")
"""htmx gave up on an answer that takes longer than it waits, and the page asks again: a village's line, or a busy
machine. Pages that say no by 409, 410 and 422. Service workers are blocked by these tests' own windows."""


def hear(page: Page, complaints: list[str]) -> None:
    """Note what the browser warns of, and each error of a script."""

    def noted(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(known in message.text for known in EXPECTED):
            complaints.append(message.text)

    page.on("console", noted)
    page.on("pageerror", lambda error: complaints.append(str(error)))


@dataclass
class Screen:
    """One window and the address of the desk; what its browser complained about."""

    page: Page
    base: str
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        hear(self.page, self.complaints)

    def open(self, address: str) -> Page:
        """With its scripts run and its style there: what a click leads to comes in pieces (`settled`)."""
        self.page.goto(self.base + address, wait_until="domcontentloaded")
        return self.page

    def settled(self) -> Page:
        """The page that a tap led to, whole: before, a script may not hear, and sizes are not those of its style."""
        self.page.wait_for_load_state("domcontentloaded")
        return self.page

    def tap(self, name: str, role: str = "button", inside: str = "main") -> None:
        """The first of that name; it must be large enough for a thumb."""
        target = self.settled().locator(inside).get_by_role(role, name=name).first  # type: ignore[arg-type]
        box = target.bounding_box()
        assert box, f"{name} is not there"
        assert box["height"] >= 44, f"{name} is only {box['height']} px high"
        target.click()

    def fits(self) -> bool:
        """Nothing stands out to the side."""
        return bool(self.settled().evaluate("document.scrollingElement.scrollWidth <= window.innerWidth"))


def sign_in(screen: Screen) -> None:
    page = screen.open("/")
    expect(page).to_have_url(re.compile("/masuk/"))
    page.locator("#id_username").fill("sari")
    page.locator("#id_password").fill(PASSWORD)
    page.locator("form.stack button").click()
    expect(page).to_have_url(screen.base + "/")


def stands_ill(page: Page, name: str) -> list[str]:
    """What stands out sideways, is too small for a thumb, or lies under something else."""
    page.wait_for_load_state("domcontentloaded")
    found = [f"{name}: {one}" for one in page.evaluate(TARGETS)]
    if page.evaluate("document.scrollingElement.scrollWidth > window.innerWidth"):
        found.append(f"{name}: stands out to the side")
    return found
