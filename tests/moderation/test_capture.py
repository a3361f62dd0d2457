"""Pictures by a real Chromium, of pages from servers on loopback."""

import hashlib
import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageColor

from moderation.capture.__main__ import Clock, NoPictureError, drawn
from moderation.capture.gate import RefusedHostError, allows, connect, covering
from moderation.capture.photographer import ROOM, Photographer
from moderation.capture.shots import Answer, Failed, Failure, Order, Picture, Printed, Probe
from tests.moderation.camera import HEAD, SECRET, Reply, Site, image, red_rows, serving

COMPLAINT = "Antre dari jam 6\npoli gigi baru buka jam 9 😡, kok bisa?"

# The same words as the interface gives, as a page may show them: <br> for the line break, the emoji as a picture.
EMOJI = '<img alt="😡" width=16 height=16 src="data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=">'
SHOWN = f"Antre dari jam 6<br>poli gigi\u200b baru  buka jam&nbsp;9 {EMOJI}, <span>kok</span> bisa?"


def order(site: Site, path: str, text: str = COMPLAINT, **more: Any) -> Order:
    return Order(id=path, url=f"http://{site.host}{path}", text=text, hosts=(site.host,), **more)


def taken(outcome: Picture | Failure) -> Picture:
    assert isinstance(outcome, Picture), outcome
    return outcome


def failed(outcome: Picture | Failure) -> Failed:
    assert isinstance(outcome, Failure), outcome.address
    return outcome.reason


def processes_of(word: str) -> dict[int, str]:
    """Living processes with `word` in their command line."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if word in command:
            found[int(folder.name)] = command
    return found


def folder_of(photographer: Photographer) -> str:
    assert photographer._running is not None
    return photographer._running.folder


def browser_pid(photographer: Photographer) -> int:
    """The browser's own process: the one that is steered by pipe and is no child of its kind."""
    return next(
        pid
        for pid, command in processes_of(folder_of(photographer)).items()
        if "--remote-debugging-pipe" in command and "--type=" not in command and "setpriv" not in command
    )


def wait_until(done: Callable[[], bool], within_s: float = 120.0) -> bool:
    ends = time.monotonic() + within_s
    while time.monotonic() < ends:
        if done():
            return True
        time.sleep(0.02)
    return False


# --- the page of a platform


def test_the_message_is_found_and_marked(photographer: Photographer, site: Site) -> None:
    site.page("/p/1/", f"<p>Jadwal poli gigi</p><div><b>siti</b> <span id=c9>{SHOWN}</span></div><p>lain")
    picture = taken(photographer.take(order(site, "/p/1/")))
    assert picture.address == f"http://{site.host}/p/1/"
    assert picture.title == "Unggahan"
    assert picture.sha256 == hashlib.sha256(picture.png).hexdigest()
    assert (picture.found, picture.matches, picture.cut) == (True, 1, False)
    assert "outline" in picture.mark
    assert image(picture.png).width == 412 * 2
    assert red_rows(picture.png)


@pytest.mark.parametrize(
    ("hint", "above"),
    [({"author": "budi"}, False), ({}, True), ({"element": "#c2"}, False)],
    ids=["author", "no hint: the first", "element"],
)
def test_among_equal_texts_the_right_one_is_marked(
    photographer: Photographer, site: Site, hint: dict[str, str], above: bool
) -> None:
    comment = "<div style='height:300px'><b>{}</b> <span id={}>Kok tutup?</span></div>"
    site.page("/", comment.format("siti", "c1") + comment.format("budi", "c2"))
    picture = taken(photographer.take(order(site, "/", "Kok tutup?", **hint)))
    assert (red_rows(picture.png)[0] < 600) is above
    assert picture.matches == (1 if "element" in hint else 2)


def test_a_page_too_long_is_cut_around_the_message(photographer: Photographer, site: Site) -> None:
    site.page("/", f"<div style='height:11000px'>awal</div><p>{SHOWN}</p><div style='height:1000px'>akhir</div>")
    picture = taken(photographer.take(order(site, "/")))
    assert picture.cut
    assert image(picture.png).height == 8000 * 2
    assert red_rows(picture.png)


def test_text_beside_a_sign_in_form_is_evidence(photographer: Photographer, site: Site) -> None:
    site.page("/", f"<form><input type=password></form><p>{SHOWN}")
    assert taken(photographer.take(order(site, "/"))).found


@pytest.mark.parametrize(
    ("body", "text", "reason"),
    [
        ("<p>Jadwal imunisasi", COMPLAINT, Failed.TEXT_NOT_FOUND),
        ("<p>tokoh masyarakat hadir", "ok", Failed.TEXT_NOT_FOUND),
        (
            f"<p style='display:none'>{SHOWN}</p><script>'{COMPLAINT.splitlines()[0]}'</script>",
            COMPLAINT,
            "text_not_found",
        ),
        ("<p>Masuk<input type=password>", COMPLAINT, Failed.SIGN_IN_PAGE),
        (f"<p>{SHOWN}<script>location.href='about:blank'</script>", COMPLAINT, Failed.BLOCKED_HOST),
    ],
    ids=["absent", "part of another word", "hidden", "sign-in form", "left for elsewhere"],
)
def test_what_is_no_evidence(photographer: Photographer, site: Site, body: str, text: str, reason: Failed) -> None:
    site.page("/", body)
    assert failed(photographer.take(order(site, "/", text))) == reason


def test_what_is_no_page(photographer: Photographer, site: Site) -> None:
    site.page("/p/2/", "", status=302, Location="/accounts/login/?next=/p/2/")
    site.page("/accounts/login/?next=/p/2/", "<p>Masuk untuk melanjutkan")
    site.page("/broken", "", status=503)
    assert failed(photographer.take(order(site, "/p/2/"))) == Failed.SIGN_IN_PAGE
    assert failed(photographer.take(order(site, "/gone"))) == Failed.NOT_FOUND
    assert failed(photographer.take(order(site, "/broken"))) == Failed.UNREACHABLE


# --- which hosts


def test_no_other_host_is_spoken_to(photographer: Photographer, site: Site) -> None:
    """Not by pictures, frames, scripts, WebSockets or redirects: the second server is never asked for anything."""
    with serving() as foreign:
        site.page("/hop", "", status=302, Location=f"http://{foreign.host}/hop.gif")
        for path in ("/a.gif", "/hop.gif", "/frame", "/x.js", "/beacon", "/ws", "/away"):
            foreign.page(path, COMPLAINT)
        elsewhere = f"//{foreign.host}"
        site.page(
            "/",
            f"<p>{SHOWN}</p><img src={elsewhere}/a.gif><img src=/hop><iframe src={elsewhere}/frame></iframe>"
            f"<script src={elsewhere}/x.js></script>"
            f"<script>fetch('{elsewhere}/beacon', {{mode: 'no-cors'}}).catch(e => 0);"
            f"new WebSocket('ws:{elsewhere}/ws')</script>",
        )
        site.page("/away", "", status=302, Location=f"http://{foreign.host}/away")
        picture = taken(photographer.take(order(site, "/")))
        assert "127.0.0.1" in picture.refused
        assert failed(photographer.take(order(site, "/away"))) == Failed.BLOCKED_HOST
        assert foreign.asked == []
        assert "/hop" in site.asked


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "http://127.0.0.1:1/", "chrome://version", "data:text/html,x", ""]
)
def test_an_address_outside_the_hosts_is_not_opened(photographer: Photographer, url: str) -> None:
    assert failed(photographer.take(Order(id="x", url=url, text="x", hosts=("instagram.com",)))) == Failed.BLOCKED_HOST


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://instagram.com/p/1/", True),
        ("https://www.instagram.com/p/1/", True),
        ("https://instagram.com.example/", False),
        ("https://evilinstagram.com/", False),
        ("https://instagram.com:8443/", False),
        ("http://127.0.0.1:8900/www.instagram.com/", True),
        ("http://127.0.0.1:8901/", False),
        ("http://127.0.0.1/", False),
        ("file:///instagram.com", False),
        ("ftp://instagram.com/", False),
    ],
)
def test_hosts_cover_what_is_below_them_and_ports_count(url: str, allowed: bool) -> None:
    assert allows(("instagram.com", "127.0.0.1:8900"), url) is allowed


def test_a_name_must_not_lead_into_the_private_network(site: Site) -> None:
    assert covering(("localhost",), "localhost", 80) == "localhost"
    with pytest.raises(RefusedHostError, match="private"):
        connect(("localhost",), "localhost", 80)
    with connect((site.host,), "127.0.0.1", int(site.host.split(":")[1])):
        pass


# --- our own pages


def test_our_own_page_runs_no_script_and_asks_nobody(photographer: Photographer, site: Site) -> None:
    swatch = "<img width=200 height=200 src=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'>"
    refused: set[str] = set()
    number = 0
    while "127.0.0.1" not in refused and (number := number + 1) < 50:  # no picture waits for what is refused
        html = (
            f"{HEAD}<body style='margin:0'>{swatch}<rect width='200' height='200' fill='rgb(1,2,200)'/></svg>\">"
            f"<img src=http://{site.host}/spy{number}.gif><link rel=stylesheet href=file:///etc/hosts>"
            "<script>document.body.style.background = 'rgb(9,200,9)'</script>"
        )
        picture = taken(photographer.take(Order(id="html", html=html, hosts=(site.host,))))
        assert image(picture.png).getpixel((50, 50)) == (1, 2, 200)
        assert image(picture.png).getpixel((700, 300)) == (255, 255, 255)
        refused |= set(picture.refused)
    assert site.asked == []
    assert "127.0.0.1" in refused


def test_a_sheet_that_shows_nothing_is_no_evidence(photographer: Photographer) -> None:
    assert failed(photographer.take(Order(id="blank", html=f"{HEAD}<p>", timeout_s=2))) == Failed.TIMEOUT


def png_of(*rows: str) -> bytes:
    picture = Image.new("RGB", (1, len(rows)))
    for y, colour in enumerate(rows):
        picture.putpixel((0, y), ImageColor.getrgb(colour))
    kept = io.BytesIO()
    picture.save(kept, "png")
    return kept.getvalue()


BLANK, PART, WHOLE = png_of("white", "white"), png_of("white", "black"), png_of("red", "black")


class Frames:
    """A page as a busy Chromium hands it over: frame after frame, the last again and again."""

    def __init__(self, *frames: bytes) -> None:
        self.frames = list(frames)

    def screenshot(self, **how: Any) -> bytes:
        return self.frames.pop(0) if len(self.frames) > 1 else self.frames[0]

    def wait_for_timeout(self, ms: float) -> None:
        assert ms <= 1000


@pytest.mark.parametrize(
    ("frames", "taken"),
    [
        ((WHOLE,), WHOLE),
        ((BLANK, WHOLE), WHOLE),
        ((BLANK, BLANK, PART, WHOLE), WHOLE),
        ((*[BLANK] * 30, WHOLE), WHOLE),
        ((*[PART, WHOLE] * 5, BLANK), PART),
        ((*[WHOLE, BLANK] * 5, PART), WHOLE),
    ],
    ids=["at once", "late", "in parts", "very late", "moving", "flickering"],
)
def test_no_frame_counts_before_its_page_is_drawn(frames: tuple[bytes, ...], taken: bytes) -> None:
    page: Any = Frames(*frames)
    assert drawn(page, {"x": 0, "y": 0, "width": 1, "height": 2}, Clock(60)) == taken


def test_it_is_waited_for_no_longer_than_the_order_has_time() -> None:
    page: Any = Frames(BLANK)
    with pytest.raises(NoPictureError, match="time is over"):
        drawn(page, {"x": 0, "y": 0, "width": 1, "height": 2}, Clock(0.05))


def test_our_sheets_leave_nothing_to_each_other(photographer: Photographer) -> None:
    """They share a page: the picture of one is the same whatever came before it, a failure too."""

    def sheet(words: str, **more: Any) -> Picture | Failure:
        style = "<style>body { margin: 0 }</style>" if "lama" in words else ""
        return photographer.take(Order(id=words, html=f"{HEAD}{style}<p>{words}</p>", **more))

    alone = taken(sheet("Antre lama sekali"))
    other = taken(sheet("Obat kosong terus"))
    assert failed(sheet("Tidak sempat", timeout_s=0.0001)) == Failed.TIMEOUT
    again = taken(sheet("Antre lama sekali"))
    assert again.sha256 == alone.sha256
    assert other.sha256 != alone.sha256
    wide = taken(sheet("Antre lama sekali", width=800))
    assert wide.sha256 != alone.sha256


def test_emoji_are_in_colour(photographer: Photographer) -> None:
    picture = taken(photographer.take(Order(id="emoji", html=f"{HEAD}<p style='font-size:60px'>😡🙏🏽😀🇮🇩")))
    colours = image(picture.png).getcolors(maxcolors=1 << 20)
    assert colours is not None
    vivid = [colour for _count, colour in colours if isinstance(colour, tuple) and max(colour) - min(colour) > 60]
    assert len(vivid) > 200, "install fonts-noto-color-emoji"


# --- whatever happens to the browser


def test_the_browser_is_not_root_and_learns_no_secret(photographer: Photographer) -> None:
    probe = photographer.probe()
    assert isinstance(probe, Probe)
    assert probe.uid != 0
    assert probe.version
    everybody = processes_of(folder_of(photographer))
    assert browser_pid(photographer) in everybody
    for pid in everybody:
        assert SECRET.encode() not in Path(f"/proc/{pid}/environ").read_bytes()


def test_a_page_that_never_comes_costs_only_its_time(photographer: Photographer, site: Site) -> None:
    released = threading.Event()

    def never() -> Reply:
        assert released.wait(300)
        return 200, {}, ""

    site.pages["/slow"] = never
    assert failed(photographer.take(order(site, "/slow", timeout_s=0.5))) == Failed.TIMEOUT
    assert not released.is_set()
    released.set()


def test_what_hangs_is_ended_at_the_deadline_and_replaced(site: Site) -> None:
    """A script without end holds the browser; a stopped process stands for whatever holds the capture process."""
    site.page("/", f"<p>{SHOWN}")
    site.page("/loop", f"<p>{SHOWN}<script>for(;;);</script>")
    with Photographer() as own:
        own.grace_s = 5
        assert failed(own.take(order(site, "/loop", timeout_s=0.5))) == Failed.TIMEOUT
        own.grace_s = 30
        taken(own.take(order(site, "/")))
        hanging = folder_of(own)
        assert own._running is not None
        os.kill(own._running.process.pid, signal.SIGSTOP)
        own.grace_s = 0.2
        assert failed(own.take(order(site, "/", timeout_s=0.2))) == Failed.TIMEOUT
        assert wait_until(lambda: not processes_of(hanging))
        assert not Path(hanging).exists()
        own.grace_s = 30
        taken(own.take(order(site, "/")))


def test_a_browser_killed_in_the_middle_is_replaced(photographer: Photographer, site: Site) -> None:
    asked = threading.Event()
    killed = threading.Event()

    def slowly() -> Reply:
        asked.set()
        killed.wait(120)
        return 200, {}, HEAD + SHOWN

    site.pages["/slow"] = slowly
    site.page("/", f"<p>{SHOWN}")
    outcomes: list[Picture | Failure] = []
    thread = threading.Thread(target=lambda: outcomes.append(photographer.take(order(site, "/slow"))))
    thread.start()
    assert asked.wait(120)
    os.kill(browser_pid(photographer), signal.SIGKILL)
    thread.join(120)
    killed.set()
    assert failed(outcomes[0]) == Failed.CRASHED
    taken(photographer.take(order(site, "/")))


def test_a_capture_process_killed_takes_its_browser_along_and_is_replaced(site: Site) -> None:
    site.page("/", f"<p>{SHOWN}")
    with Photographer() as own:
        taken(own.take(order(site, "/")))
        first = folder_of(own)
        os.kill(browser_pid(own), signal.SIGSTOP)  # it cannot even notice that nobody is there any more
        assert own._running is not None
        os.kill(own._running.process.pid, signal.SIGKILL)
        own._running.process.wait()
        taken(own.take(order(site, "/")))
        assert wait_until(lambda: not processes_of(first))
        assert not Path(first).exists()
        last = folder_of(own)
    assert processes_of(last) == {}
    assert not Path(last).exists()


def test_the_end_of_the_desk_is_the_end_of_all(site: Site) -> None:
    """Killed without a chance to say anything, it leaves no capture process, no browser and no files."""
    script = (
        "import time; from moderation.capture.photographer import Photographer; p = Photographer(); p.probe();"
        "print(p._running.folder, flush=True); time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", script], cwd=ROOM, stdout=subprocess.PIPE, text=True) as desk:
        assert desk.stdout is not None
        folder = desk.stdout.readline().strip()
        assert processes_of(folder)
        desk.kill()
    assert wait_until(lambda: not processes_of(folder))
    assert wait_until(lambda: not Path(folder).exists())


NO_SANDBOX = (
    "FATAL: No usable sandbox!",
    # Debian's chromium-sandbox, in a container with Docker's usual rights; Chromium then only tells of its zygote.
    "Failed to move to new namespace: PID namespaces supported, Network namespace supported, but failed",
)


@pytest.mark.parametrize("said", NO_SANDBOX)
def test_without_a_kernel_that_allows_it_the_sandbox_is_given_up_and_said(
    said: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, photographer: Photographer
) -> None:
    real = photographer.probe()
    assert isinstance(real, Probe)
    tmp_path.chmod(0o755)
    browser = Path(folder_of(photographer)) / "strict"
    browser.write_text(
        '#!/bin/sh\nfor a in "$@"; do [ "$a" = --no-sandbox ] && exec '
        f"{real.executable} \"$@\"; done\necho '{said}' >&2; exit 1\n"
    )
    browser.chmod(0o755)
    monkeypatch.setenv("TANGGAP_BROWSER", str(browser))
    with Photographer() as own:
        probe = own.probe()
    assert isinstance(probe, Probe)
    assert not probe.sandboxed
    assert probe.uid != 0


def test_no_browser_says_what_to_do_and_idleness_ends_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TANGGAP_BROWSER", "/does/not/exist")
    with Photographer(idle_s=0.2) as own:
        outcome = own.take(Order(id="x", html="<p>x"))
        assert outcome == Failure(Failed.BROWSER_MISSING, "TANGGAP_BROWSER names /does/not/exist, which is no program")
        first = folder_of(own)
        assert wait_until(lambda: not processes_of(first))
        assert failed(own.take(Order(id="y", html="<p>y"))) == Failed.BROWSER_MISSING
        assert folder_of(own) != first


def test_lines_survive_the_pipe() -> None:
    wanted = Order(id="1", url="http://x/", text=COMPLAINT, hosts=("a", "b:1"))
    assert Order.from_line(wanted.to_line()) == wanted
    assert "\n" not in wanted.to_line()[:-1]
    for outcome in (Failure(Failed.TIMEOUT, "x"), Probe("1", "/x", True, 7)):
        assert Answer.from_line(Answer("1", outcome).to_line()) == Answer("1", outcome)


# --- paper


def test_what_is_printed_after_a_sheet_has_its_pictures_and_its_pages(photographer: Photographer) -> None:
    """The policy of what was shown before in the same page must not hold for the paper."""
    strict = "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'\">"
    taken(photographer.take(Order(id="sheet", html=f"<!doctype html>{strict}<p>bukti")))
    style = "<style>@page { size: A4 landscape } p { break-before: page }</style>"
    paper = Order(id="paper", html=f"<!doctype html>{style}{EMOJI}<p>dua<p>tiga", paper=True)
    printed = photographer.print(paper)
    assert isinstance(printed, Printed), printed
    assert printed.pdf.startswith(b"%PDF-")
    assert printed.pages == 3
    assert b"/Image" in printed.pdf
    assert b"/MediaBox [0 0 84" in printed.pdf  # points: the long side across


def test_paper_reaches_no_network(photographer: Photographer, site: Site) -> None:
    html = (
        f"<!doctype html><img src='http://{site.host}/x.png'><link rel=stylesheet href='http://{site.host}/x.css'>halo"
    )
    assert isinstance(photographer.print(Order(id="paper", html=html, paper=True)), Printed)
    assert site.asked == []
