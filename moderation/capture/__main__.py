"""A process of its own that takes pictures: an order a line on stdin, an answer a line on stdout (`shots.py`).

Knows neither Django nor the database: whatever a page does to the browser, it does it far from both. Noise goes to
stderr. One browser is kept warm. Each stranger's page gets a context of its own (no cookies, storage, workers or
downloads survive it); our own sheets follow each other in one page, in which no script runs and nothing is loaded. The
end of stdin, or `--idle` seconds without an order, ends it and the browser with it; the browser
also dies with this process, however that dies.
"""

import argparse
import contextlib
import hashlib
import io
import os
import queue
import re
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Error, FloatRect, Page, Playwright, Response, sync_playwright
from playwright.sync_api import TimeoutError as PageTimeoutError

from moderation.capture import chromium
from moderation.capture.gate import Gate, allows
from moderation.capture.shots import Answer, Failed, Failure, Order, Picture, Printed, Probe

SCALE = 2
SCREEN_HEIGHT = 915
HEIGHT_MAX = 8_000
"""CSS pixels: twice that is just below what Chromium can paint in one piece."""
PNG_MAX = 12 * 1024 * 1024
PDF_MAX = 64 * 1024 * 1024
PDF_PAGE = re.compile(rb"/Type\s*/Page\b(?!s)")
"""Chromium writes its page objects uncompressed."""
SETTLE_S = 8.0
"""How long a page may go on loading before its text counts as absent."""
PICTURES_S = 5.0
"""How long the pictures of a page that shows the text are waited for."""
LAUNCH_S = 25.0
LAST_WORD_S = 3.0
TAKES = 5
PAUSE_MS = 20
"""Between one picture of a page and the next, longer each time."""

SIGN_IN_PATH = re.compile(r"/(log[-_]?in|sign[-_]?in|checkpoint|challenge|i/flow/login)(/|\.|$)", re.IGNORECASE)
MARK = "a red outline around the message was added by this program; nothing else of the page was changed"

FIND = Path(__file__).with_name("mark.js").read_text(encoding="utf-8")
UNPACKED = "Promise.all(Array.from(document.images, (one) => one.decode().catch(() => null)))"
"""A loaded picture may still be unpacked beside the page; one that was refused never comes."""
HEIGHT = "Math.max(document.documentElement.scrollHeight, document.body ? document.body.scrollHeight : 0)"


class NoPictureError(Exception):
    def __init__(self, reason: Failed, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}")
        self.failure = Failure(reason, detail)


class Clock:
    """An order's time, in the milliseconds that Playwright counts; an order out of time gets no more of it."""

    def __init__(self, seconds: float) -> None:
        self.ends = time.monotonic() + seconds

    def left(self, at_most_s: float = 600.0) -> float:
        left = min(self.ends - time.monotonic(), at_most_s)
        if left <= 0:
            raise NoPictureError(Failed.TIMEOUT, "the order's time is over")
        return left * 1000


class Camera:
    """The browser, started when first needed and again when it is gone."""

    def __init__(self, playwright: Playwright, folder: Path) -> None:
        self.playwright = playwright
        self.folder = folder
        self.gate = Gate()
        self.sandboxed = True
        self._executable: Path | None = None
        self._starter: Path | None = None
        self._browser: Browser | None = None
        self._sheet: tuple[tuple[int, str], Page] | None = None
        """The page of our own sheets, and the width and time zone that it was made for."""

    def close(self) -> None:
        if self._browser is not None:
            with contextlib.suppress(Error):
                self._browser.close()
        self.gate.close()

    def take(self, order: Order) -> Picture | Printed | Failure:
        """One picture, or one PDF. Every failure is an answer: nothing that a page does may end the process."""
        try:
            with self._page(order) as page:
                return printed(page, order) if order.paper else photograph(page, order, self.gate)
        except NoPictureError as no:
            return no.failure
        except PageTimeoutError as error:
            return Failure(Failed.TIMEOUT, _first_line(error))
        except Error as error:
            return Failure(Failed.CRASHED, _first_line(error))

    def probe(self) -> Probe | Failure:
        try:
            browser = self._launched()
            processes = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
        except NoPictureError as no:
            return no.failure
        pid = next(process["id"] for process in processes if process["type"] == "browser")
        return Probe(browser.version, str(self._executable), self.sandboxed, Path(f"/proc/{pid}").stat().st_uid)

    def _page(self, order: Order) -> contextlib.AbstractContextManager[Page]:
        return self._of_sheets(order) if order.html else self._of_strangers(order)

    @contextlib.contextmanager
    def _of_strangers(self, order: Order) -> Iterator[Page]:
        context = self._context(order)
        self.gate.allow(order.hosts)
        try:
            yield context.new_page()
        finally:
            self.gate.allow(())
            _close(context)

    @contextlib.contextmanager
    def _of_sheets(self, order: Order) -> Iterator[Page]:
        """Making a context and its page takes longer than the picture: kept, until something goes wrong in it."""
        kind = (order.width, order.timezone)
        kept, self._sheet = self._sheet, None
        self.gate.allow(())
        if kept is not None and kept[0] == kind and self._launched() is kept[1].context.browser:
            page = kept[1]
        else:
            if kept is not None:
                _close(kept[1].context)
            page = self._context(order).new_page()
        try:
            yield page
        except BaseException:
            _close(page.context)
            raise
        self._sheet = (kind, page)

    def _context(self, order: Order) -> BrowserContext:
        return self._launched().new_context(
            viewport={"width": order.width, "height": SCREEN_HEIGHT},
            device_scale_factor=SCALE,
            is_mobile=True,
            has_touch=True,
            locale="id-ID",
            timezone_id=order.timezone,
            color_scheme="light",
            reduced_motion="reduce",
            java_script_enabled=not order.html,
            accept_downloads=False,
            service_workers="block",
        )

    def _launched(self) -> Browser:
        if self._browser is None or not self._browser.is_connected():
            try:
                self._browser = self._launch()
            except chromium.NoBrowserError as error:
                raise NoPictureError(Failed.BROWSER_MISSING, str(error)) from error
            except Error as error:
                raise NoPictureError(Failed.BROWSER_MISSING, f"{self._executable}: {_reported(error)}") from error
        return self._browser

    def _launch(self) -> Browser:
        """With Chromium's own sandbox; without it only where it says that this machine has none to give."""
        if self._starter is None:
            self._executable = chromium.find(self.playwright.chromium.executable_path)
            self._starter = chromium.prepare(self._executable, self.folder)
        try:
            browser = self._start(self._starter)
        except Error as error:
            if not self.sandboxed or not chromium.has_no_sandbox(_reported(error)):
                raise
            self.sandboxed = False
            browser = self._start(self._starter)
        state = "in its sandbox" if self.sandboxed else "WITHOUT its sandbox, which this machine does not allow"
        _note(f"Chromium {browser.version} ({self._executable}) {state}")
        return browser

    def _start(self, starter: Path) -> Browser:
        return self.playwright.chromium.launch(
            executable_path=starter,
            chromium_sandbox=self.sandboxed,
            args=list(chromium.FLAGS),
            env={**chromium.environment(self.folder)},
            proxy={"server": self.gate.address},
            timeout=LAUNCH_S * 1000,
            handle_sighup=False,
            handle_sigint=False,
            handle_sigterm=False,
        )


def _close(context: BrowserContext) -> None:
    with contextlib.suppress(Error):
        context.close()


def photograph(page: Page, order: Order, gate: Gate) -> Picture:
    """Show it, find and mark the message, take the picture: NoPictureError where there is no evidence in it."""
    clock = Clock(order.timeout_s)
    page.set_default_timeout(clock.left())
    place: dict[str, Any] | None = None
    if order.html:
        _show(page, order, clock)
    else:
        _visit(page, order, clock)
        place = _found(page, order, clock)
    height = int(page.evaluate(HEIGHT))
    top = _top_of_cut(height, place["middle"] if place else 0)
    png = drawn(page, {"x": 0, "y": top, "width": order.width, "height": min(height, HEIGHT_MAX)}, clock)
    return Picture(
        png=png,
        sha256=hashlib.sha256(png).hexdigest(),
        address=page.url,
        title=page.title(),
        captured_at=datetime.now(UTC),
        mark=MARK if place else "",
        matches=place["matches"] if place else 0,
        cut=height > HEIGHT_MAX,
        refused=tuple(sorted(gate.refused)),
    )


def printed(page: Page, order: Order) -> Printed:
    """Our own words on paper, as their stylesheet's @page says."""
    clock = Clock(order.timeout_s)
    page.set_default_timeout(clock.left())
    _show(page, order, clock)
    pdf = page.pdf(prefer_css_page_size=True, print_background=True)
    if len(pdf) > PDF_MAX:
        raise NoPictureError(Failed.TOO_LARGE, f"{len(pdf)} bytes")
    return Printed(pdf, len(PDF_PAGE.findall(pdf)))


def _show(page: Page, order: Order, clock: Clock) -> None:
    """Our own page, with all its pictures unpacked."""
    page.goto("about:blank")  # content that is set keeps the policy of what was set before it; a new document does not
    page.set_content(order.html, wait_until="load", timeout=clock.left())
    page.evaluate(UNPACKED)


def drawn(page: Page, clip: FloatRect, clock: Clock) -> bytes:
    """A PNG of what the page shows. Chromium, busy, may hand over a frame of before it was drawn: all white, or white
    in places. So a picture counts once the next one is the same, and never while it is all of one colour; of a page
    that moves, the last of TAKES."""
    png, taken = b"", 0
    while True:
        before, png = png, page.screenshot(full_page=True, clip=clip, animations="disabled", timeout=clock.left())
        taken += 1
        if len(png) > PNG_MAX:
            raise NoPictureError(Failed.TOO_LARGE, f"{len(png)} bytes")
        if (png == before or taken >= TAKES) and not of_one_colour(png):
            return png
        page.wait_for_timeout(min(PAUSE_MS * taken, clock.left()))


def of_one_colour(png: bytes) -> bool:
    """Then it shows nothing: every sheet has its words, and every page the message that was found in it."""
    with Image.open(io.BytesIO(png)) as image:
        return image.getcolors(maxcolors=1) is not None


def _top_of_cut(height: int, middle: float) -> float:
    """Of a page too long for one picture: the part around the message."""
    return max(0.0, min(middle - HEIGHT_MAX / 2, height - HEIGHT_MAX)) if height > HEIGHT_MAX else 0.0


def _visit(page: Page, order: Order, clock: Clock) -> None:
    if not allows(order.hosts, order.url):
        raise NoPictureError(Failed.BLOCKED_HOST, _host(order.url))
    hops: list[str] = []
    page.on("request", lambda request: hops.append(request.url) if request.is_navigation_request() else None)
    try:
        response = page.goto(order.url, wait_until="domcontentloaded", timeout=clock.left())
    except PageTimeoutError:
        raise
    except Error as error:
        if "net::" not in error.message:
            raise  # not the network's doing: the browser or the page is gone
        if hops and not allows(order.hosts, hops[-1]):
            raise NoPictureError(Failed.BLOCKED_HOST, _host(hops[-1])) from error
        raise NoPictureError(Failed.UNREACHABLE, _first_line(error)) from error
    _check_answer(page, order, response)


def _check_answer(page: Page, order: Order, response: Response | None) -> None:
    if not allows(order.hosts, page.url):
        raise NoPictureError(Failed.BLOCKED_HOST, _host(page.url))
    status = response.status if response is not None else 0
    if status in (404, 410):
        raise NoPictureError(Failed.NOT_FOUND, f"HTTP {status}")
    if status == 401:
        raise NoPictureError(Failed.SIGN_IN_PAGE, "HTTP 401")
    if status >= 400:
        raise NoPictureError(Failed.UNREACHABLE, f"HTTP {status}")


def _found(page: Page, order: Order, clock: Clock) -> dict[str, Any]:
    """Where the message stands, marked; it is absent only once the page has come to rest, or its patience is over."""
    wanted = [order.text, order.element.lstrip("#"), order.author]
    if page.evaluate(FIND, wanted) is None:
        with contextlib.suppress(PageTimeoutError):
            page.wait_for_load_state("networkidle", timeout=clock.left(SETTLE_S))
    with contextlib.suppress(PageTimeoutError):
        page.wait_for_load_state("load", timeout=clock.left(PICTURES_S))
    place: dict[str, Any] | None = page.evaluate(FIND, wanted)
    if not allows(order.hosts, page.url):
        raise NoPictureError(Failed.BLOCKED_HOST, _host(page.url))
    if place is not None:
        return place
    # Only now: a public page may show the message and offer a sign-in beside it.
    where = _host(page.url) + urlsplit(page.url).path
    signs_in = SIGN_IN_PATH.search(urlsplit(page.url).path) or page.locator("input[type=password]").count()
    raise NoPictureError(Failed.SIGN_IN_PAGE if signs_in else Failed.TEXT_NOT_FOUND, where)


def _host(url: str) -> str:
    return urlsplit(url).hostname or urlsplit(url).scheme


def _first_line(error: Error) -> str:
    return error.message.splitlines()[0] if error.message else type(error).__name__


def _reported(error: Error) -> str:
    """What the browser itself said when it failed to start, without the command line that Playwright quotes."""
    said = [line.split("[err]", 1)[1].strip() for line in error.message.splitlines() if "[err]" in line]
    return " / ".join([_first_line(error), *said])[:1000]


def _note(text: str) -> None:
    sys.stderr.write(f"capture: {text}\n")
    sys.stderr.flush()


def _answer(camera: Camera, line: str) -> Answer:
    try:
        order = Order.from_line(line)
    except (ValueError, TypeError) as error:
        return Answer("", Failure(Failed.BAD_ORDER, str(error)))
    return Answer(order.id, camera.probe() if order.probe else camera.take(order))


def _listen(orders: "queue.Queue[str]") -> None:
    """Runs in a thread. At the end of input an order in work gets a last moment; then all of us ends at once."""
    for line in sys.stdin:
        orders.put(line)
    orders.put("")
    time.sleep(LAST_WORD_S)
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--idle", type=float, default=None, help="end after so many seconds without an order")
    options.add_argument("--folder", type=Path, default=None, help="where to keep what the browser writes")
    chosen = options.parse_args()
    folder = chosen.folder or Path(tempfile.mkdtemp(prefix="tanggap-capture-"))
    os.environ["TMPDIR"] = str(folder)  # Playwright puts the browser's profile there
    # Answers keep the real stdout to themselves: nothing that anybody prints can get between them.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    orders: queue.Queue[str] = queue.Queue()
    threading.Thread(target=_listen, args=(orders,), daemon=True).start()
    try:
        with answers, sync_playwright() as playwright, contextlib.closing(Camera(playwright, folder)) as camera:
            while line := _next(orders, chosen.idle):
                answers.write(_answer(camera, line).to_line())
                answers.flush()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _next(orders: "queue.Queue[str]", idle_s: float | None) -> str:
    try:
        return orders.get(timeout=idle_s)
    except queue.Empty:
        return ""


if __name__ == "__main__":
    main()
