"""The main job, end to end, as a person sees it: `make demo`, with a crash in the middle and an answer at the end.

All that is real is real here: the supervisor, both processes, the database file, instagrapi over the wire, Chromium.
It takes about a minute, and is the one test that does.
"""

import contextlib
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.servers import free_port

ROOT = Path(__file__).resolve().parent.parent
CITIZENS = ROOT / "sandbox" / "citizens.toml"
POSTS = {"instagram": 8, "facebook": 3, "x": 3, "youtube": 1, "website": 2}
PATIENCE_S = 600.0
TRIAGED = ("complaint", "suggestion")


@dataclass
class Demo:
    console: str
    sandbox: str
    data: Path
    process: subprocess.Popen[bytes]

    def ledger(self) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = requests.get(f"{self.sandbox}/_sandbox/ledger", timeout=30).json()
        return entries

    def posts(self) -> list[tuple[str, str]]:
        """Platform and words of everything published."""
        return [(one["platform"], one["text"]) for one in self.ledger() if one["kind"] == "post"]

    def rows(self, question: str) -> list[tuple[Any, ...]]:
        with contextlib.closing(sqlite3.connect(f"file:{self.data}/desk.sqlite3?mode=ro", uri=True)) as database:
            return database.execute(question).fetchall()


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    port, sandbox_port, data = free_port(), free_port(), tmp_path / "demo"
    words = ["--port", str(port), "--sandbox-port", str(sandbox_port), "--data", str(data), "--speak", "20"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("TANGGAP_", "DJANGO_"))}
    said = (tmp_path / "said").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "config.demo", *words], cwd=ROOT, env=environment, stdout=said, stderr=said
    )
    running = Demo(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{sandbox_port}", data, process)
    try:
        yield running
    finally:
        process.terminate()
        code = process.wait(120)
        said.close()
        sys.stdout.write((tmp_path / "said").read_text())  # pytest shows it where the test failed
    assert code == 0


def wait_for(what: str, seen: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        with contextlib.suppress(requests.ConnectionError, requests.Timeout, sqlite3.OperationalError):
            if found := seen():
                return found
        time.sleep(0.5)
    return pytest.fail(f"not within {PATIENCE_S:.0f} s: {what}")


def labels() -> dict[str, str]:
    """What each citizen's text is, by the sandbox's own list."""
    listed = tomllib.loads(CITIZENS.read_text(encoding="utf-8"))
    return {one["text"].strip(): one["label"] for group in listed.values() if isinstance(group, list) for one in group}


def kill_the_worker(demo: Demo) -> None:
    """The harsh way, while it works; the desk starts it again."""
    children = subprocess.run(
        ["pgrep", "-P", str(demo.process.pid), "-f", "manage.py worker"], capture_output=True, text=True, check=True
    )
    os.kill(int(children.stdout.split()[0]), signal.SIGKILL)


def fill_in(browser: requests.Session, address: str, opening: str, **fields: str) -> None:
    """Send the page's form whose first tag holds `opening`, as a browser would: with its hidden fields."""
    page = browser.get(address, timeout=60)
    forms = re.finditer(r"<form([^>]*)>.*?</form>", page.text, re.DOTALL)
    found = next((form for form in forms if re.search(opening, form[1])), None)
    assert found, f"{address}: {page.status_code}, no form with {opening}"
    action = re.search(r'action="([^"]*)"', found[1])
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', found[0])
    target = requests.compat.urljoin(page.url, action[1] if action else "")
    assert browser.post(target, data={**dict(hidden), **fields}, timeout=60).ok


@contextlib.contextmanager
def signed_in(demo: Demo) -> Iterator[requests.Session]:
    with requests.Session() as browser:
        fill_in(browser, f"{demo.console}/masuk/", 'class="stack"', username="demo", password="demo-tanggap")
        yield browser


def test_the_demo(demo: Demo) -> None:
    known = labels()
    wait_for(
        "two posts on Instagram, and nothing on its way: what a crash in between does is tests/chaos's",
        lambda: (
            sum(platform == "instagram" for platform, _text in demo.posts()) >= 2
            and not demo.rows("SELECT 1 FROM connectors_outgoing WHERE state = 'sending'")
        ),
    )
    kill_the_worker(demo)
    wait_for("all posts, on all channels", lambda: len(demo.posts()) >= sum(POSTS.values()))
    wait_for(
        "every complaint and suggestion in a case, with its picture",
        lambda: (
            demo.rows("SELECT count(*) FROM moderation_message")[0][0] == len(known)
            and not demo.rows("SELECT 1 FROM moderation_message WHERE state = 'new' LIMIT 1")
            and not demo.rows("SELECT 1 FROM moderation_evidence WHERE state = 'wanted' LIMIT 1")
        ),
    )

    assert Counter(platform for platform, _text in demo.posts()) == POSTS
    assert len(set(demo.posts())) == sum(POSTS.values()), "a post went out twice"
    heard_on = "SELECT DISTINCT a.platform FROM moderation_message m JOIN connectors_account a ON a.id = m.account_id"
    assert {platform for (platform,) in demo.rows(heard_on)} == set(POSTS)

    pictures = demo.rows(
        "SELECT m.text, e.path FROM moderation_message m LEFT JOIN moderation_evidence e"
        " ON e.message_id = m.id AND e.kind = 'rendering' AND e.state = 'taken'"
    )
    for text, path in pictures:
        if known.get(text.strip()) in TRIAGED:
            assert path, f"no picture of: {text}"
            assert (demo.data / "evidence" / path).read_bytes().startswith(b"\x89PNG")

    by_id = {one["id"]: one for one in demo.ledger()}
    for reply in [one for one in demo.ledger() if one["kind"] == "reply" or one["author"] == one["account"] != ""]:
        if reply["kind"] == "reply":
            answered = by_id[reply["parent"]]
            assert known[answered["text"].strip()] == "praise", f"thanked: {answered['text']}"

    case_id, message_id, remote_id = demo.rows(
        "SELECT m.case_id, m.id, m.remote_id FROM moderation_message m JOIN connectors_account a ON a.id = m.account_id"
        " WHERE m.label = 'complaint' AND m.case_id IS NOT NULL AND m.kind = 'comment' AND a.platform = 'instagram'"
        " ORDER BY m.id LIMIT 1"
    )[0]
    with signed_in(demo) as browser:
        ask_the_section_head(demo, browser, case_id)
        answer_complaint(demo, browser, case_id, message_id, remote_id)


def ask_the_section_head(demo: Demo, browser: requests.Session, case_id: int) -> None:
    """By WhatsApp, with the masked picture; what they say comes back by webhook."""
    officer = str(demo.rows("SELECT id FROM offices_officer WHERE role = 'kepala_seksi'")[0][0])
    question = "Mohon arahan, Bu."
    fields = {"officer": officer, "question": question, "way": "whatsapp_api"}
    fill_in(browser, f"{demo.console}/kasus/{case_id}/", 'id="ask"', **fields)
    wait_for(
        "the section head's answer",
        lambda: demo.rows("SELECT 1 FROM moderation_consultationreply WHERE text LIKE '%loket informasi%'"),
    )
    asked = [one for one in demo.ledger() if one["platform"] == "whatsapp" and one["author"] == one["account"]]
    assert len(asked) == 1
    assert asked[0]["media"] == 1


def answer_complaint(demo: Demo, browser: requests.Session, case_id: int, message_id: int, remote_id: str) -> None:
    """As the console's form is filled in."""
    said = "Mohon maaf atas antreannya. Loket ketiga sudah kami buka."
    page = f"{demo.console}/kasus/{case_id}/?jawab={message_id}"  # a case of several answers the one that is chosen
    fill_in(browser, page, f"/kotak-masuk/{message_id}/jawab/", text=said)
    wait_for(
        "the answer under the complaint",
        lambda: any(one["parent"] == remote_id and one["text"] == said for one in demo.ledger()),
    )
    wait_for(
        "the case answered",
        lambda: demo.rows(f"SELECT state FROM moderation_case WHERE id = {int(case_id)}")[0][0] == "answered",
    )
