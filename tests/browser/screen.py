"""One window on the desk, and what its browser says of the pages."""

import re
from dataclasses import dataclass, field

from playwright.sync_api import ConsoleMessage, Page, expect

from tests.desk import PASSWORD

EXPECTED = ("htmx:timeout", "htmx:afterRequest", "(Conflict)", "(Gone)", "Service Worker registration blocked")
"""htmx gave up on an answer that takes longer than it waits, and the page asks again: a village's line, or a busy
machine. Pages that say no by 409 and 410. Service workers are blocked by these tests' own windows."""


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


def small_targets(page: Page) -> list[str]:
    """Buttons, links that stand alone, and fields lower than 44 px."""
    page.wait_for_load_state("domcontentloaded")
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("main a, main button, main summary, main input, main select, nav a")]
            .filter((one) => {
                const box = one.getBoundingClientRect();
                const free = getComputedStyle(one).display !== "inline" && !["checkbox", "radio"].includes(one.type);
                return box.width > 0 && box.height < 43.5 && free;
            })
            .map((one) => one.outerHTML.slice(0, 120))"""
    )
    return found
