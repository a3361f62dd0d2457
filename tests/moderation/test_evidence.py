"""From wanted rows to files: real rows, a stand-in for the photographer where the browser is not the point."""

import errno
import hashlib
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.utils import timezone, translation

from moderation import evidence
from moderation.capture.photographer import Photographer
from moderation.capture.shots import Failed, Failure, Order, Picture
from moderation.models import Case, Evidence, Message
from offices.models import Event, Notice, Office
from tests.moderation.camera import Site, image, red_rows
from tests.rows import a_message, an_account, an_office, an_officer

COMPLAINT = "Antre dari jam 6, dilayani jam 11 😡\nTolong diperbaiki & <b>jangan</b> \u202eterbalik"
PNG = b"\x89PNG pretend"


class Scripted(Photographer):
    """Answers what it is told to, and remembers what it was asked."""

    def __init__(self, *outcomes: Picture | Failure | Exception) -> None:
        super().__init__()
        self.outcomes = list(outcomes)
        self.orders: list[Order] = []

    def take(self, order: Order) -> Picture | Failure:
        self.orders.append(order)
        outcome = self.outcomes.pop(0) if self.outcomes else a_picture()
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


def a_picture(content: bytes = PNG, **more: Any) -> Picture:
    digest = hashlib.sha256(content).hexdigest()
    return Picture(content, digest, "http://127.0.0.1/page", "Unggahan", datetime(2026, 12, 1, tzinfo=UTC), **more)


@pytest.fixture
def office(db: None) -> Office:
    return an_office(time_zone=Office.Zone.WITA)


@pytest.fixture
def case(office: Office) -> Case:
    return Case.objects.create(office=office, number="2026-0001", label=Message.Label.COMPLAINT)


@pytest.fixture(autouse=True)
def root(settings: LazySettings, tmp_path: Path) -> Path:
    settings.EVIDENCE_ROOT = tmp_path / "evidence"
    return tmp_path / "evidence"


@pytest.fixture
def message(case: Case) -> Message:
    return a_message(
        an_account(case.office),
        COMPLAINT,
        remote_id="1789",
        author_handle="siti_<aminah>",
        author_name="Siti Aminah",
        post_text="Jadwal poli gigi bulan Desember",
        written_at=datetime(2026, 12, 1, 1, 15, 20, tzinfo=UTC),
        raw={"pk": "1789", "text": COMPLAINT},
    )


def wanted(case: Case, message: Message, kind: str = Evidence.Kind.RENDERING, **fields: Any) -> Evidence:
    return Evidence.objects.create(office=case.office, case=case, message=message, kind=kind, **fields)


def another(message: Message) -> Message:
    assert message.account is not None
    return a_message(message.account)


def events(case: Case) -> list[tuple[str, dict[str, Any]]]:
    return list(Event.objects.filter(subject=f"case:{case.id}").order_by("id").values_list("verb", "data"))


# --- what becomes of a row


def test_a_picture_is_kept_with_all_that_proves_it(case: Case, message: Message, root: Path) -> None:
    row = wanted(case, message)
    assert evidence.take_wanted(timezone.now(), Scripted()) == 1
    row.refresh_from_db()
    assert row.state == Evidence.State.TAKEN
    assert row.path == f"{case.id}/{row.sha256}.png"
    kept = root / row.path
    assert kept.read_bytes() == PNG
    assert hashlib.sha256(kept.read_bytes()).hexdigest() == row.sha256
    assert (row.size, row.address, row.token) == (len(PNG), message.permalink, None)
    assert row.captured_at == datetime(2026, 12, 1, tzinfo=UTC)
    assert (kept.stat().st_mode & 0o777, kept.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert list(kept.parent.iterdir()) == [kept]
    [(verb, data)] = events(case)
    assert (verb, data["evidence"], data["sha256"]) == ("evidence.taken", row.id, row.sha256)
    assert evidence.take_wanted(timezone.now(), Scripted()) == 0


@pytest.mark.parametrize("reason", [Failed.SIGN_IN_PAGE, Failed.TEXT_NOT_FOUND, Failed.NOT_FOUND, Failed.BLOCKED_HOST])
def test_what_the_page_says_is_final_and_nobody_is_bothered(case: Case, message: Message, reason: Failed) -> None:
    row = wanted(case, message, Evidence.Kind.PUBLIC_PAGE)
    evidence.take_wanted(timezone.now(), Scripted(Failure(reason, "www.instagram.com/accounts/login/")))
    row.refresh_from_db()
    assert (row.state, row.reason, row.path) == (Evidence.State.IMPOSSIBLE, reason, "")
    assert events(case) == [
        ("evidence.impossible", {"evidence": row.id, "kind": "public_page", "reason": reason}),
    ]
    assert not Notice.objects.exists()


def test_trouble_of_the_browser_is_tried_again_a_bounded_number_of_times(case: Case, message: Message) -> None:
    first, second = (
        wanted(case, message),
        wanted(case, another(message)),
    )
    now = timezone.now()
    broken = Scripted(*[Failure(Failed.BROWSER_MISSING, "x")] * 100)
    waits = []
    for _round in range(evidence.TRIES):
        assert evidence.take_wanted(now, broken) == 2
        first.refresh_from_db()
        waits.append(first.next_try_at - now)
        assert evidence.take_wanted(now, broken) == 0, "tried again without a rest"
        now = max(first.next_try_at, now) + timedelta(seconds=2)
    for rest, waited in zip(evidence.REST_AFTER_FAILURE, waits[:-1], strict=True):
        assert rest <= waited < rest + timedelta(seconds=2)
    assert set(Evidence.objects.values_list("state", "reason")) == {("impossible", "browser_missing")}
    assert [verb for verb, data in events(case) if data["evidence"] == second.id] == [
        *["evidence.postponed"] * (evidence.TRIES - 1),
        "evidence.impossible",
    ]
    notice = Notice.objects.get()  # one, though two pictures are missing
    assert (notice.kind, notice.data["number"], notice.address) == (
        "evidence_impossible",
        "2026-0001",
        f"/kasus/{case.id}/",
    )


def test_one_that_breaks_stops_no_other(case: Case, message: Message) -> None:
    bad, good = (
        wanted(case, message),
        wanted(case, another(message)),
    )
    evidence.take_wanted(timezone.now(), Scripted(RuntimeError("a bug")))
    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.state, bad.reason, good.state) == (Evidence.State.WANTED, Failed.CRASHED, Evidence.State.TAKEN)


def test_a_full_disk_postpones_a_picture_however_long_and_somebody_is_told_once(
    case: Case, message: Message, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = wanted(case, message), wanted(case, another(message))
    write = evidence.store

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(evidence, "store", full)
    now = timezone.now()
    for _minute in range(evidence.TRIES + 2):
        assert evidence.take_wanted(now, Scripted()) == 2
        assert evidence.take_wanted(now, Scripted()) == 0, "tried again without a rest"
        now += evidence.REST_UNWRITABLE + timedelta(seconds=2)
    assert set(Evidence.objects.values_list("state", "reason", "tries")) == {("wanted", "unwritable", 0)}
    notice = Notice.objects.get()
    assert (notice.kind, notice.urgent, notice.data["why"]) == ("evidence_unwritable", True, "No space left on device")
    assert [verb for verb, _ in events(case)] == ["evidence.postponed"] * 2
    assert not list(root.rglob("*.png"))

    monkeypatch.setattr(evidence, "store", write)
    assert evidence.take_wanted(now, Scripted()) == 2
    for row in (first, second):
        row.refresh_from_db()
        assert (row.state, row.reason) == (Evidence.State.TAKEN, "")


def test_a_person_may_ask_again(case: Case, message: Message) -> None:
    row = wanted(case, message, state=Evidence.State.IMPOSSIBLE, reason=Failed.CRASHED, tries=5)
    officer = an_officer(case.office)
    assert evidence.want_again(row, timezone.now(), officer)
    assert not evidence.want_again(row, timezone.now(), officer)
    assert evidence.take_wanted(timezone.now(), Scripted()) == 1
    row.refresh_from_db()
    assert (row.state, row.reason) == (Evidence.State.TAKEN, "")


# --- who may take it


def test_a_crash_is_taken_up_once_the_lease_is_over(case: Case, message: Message) -> None:
    row = wanted(case, message)
    now = timezone.now()
    assert evidence.claim(now) is not None  # and then the power went
    assert evidence.claim(now + evidence.LEASE - timedelta(seconds=1)) is None
    again = evidence.claim(now + evidence.LEASE + timedelta(seconds=1))
    assert again is not None
    assert (again.id, again.tries) == (row.id, 2)


def test_the_only_worker_takes_up_at_once_what_a_crash_left(case: Case, message: Message) -> None:
    wanted(case, message)
    now = timezone.now()
    assert evidence.claim(now) is not None
    evidence.recover_after_crash(now)
    assert evidence.claim(now) is not None


def test_who_lost_the_lease_changes_nothing(case: Case, message: Message, root: Path) -> None:
    row = wanted(case, message)
    now = timezone.now()
    slow = evidence.claim(now)
    quick = evidence.claim(now + evidence.LEASE + timedelta(seconds=1))
    assert slow is not None
    assert quick is not None
    assert not evidence.keep(slow, a_picture(b"another"), now)
    assert not evidence.give_up(slow, Failure(Failed.CRASHED), now)
    assert evidence.keep(quick, a_picture(), now)
    assert not evidence.keep(slow, a_picture(), now)
    row.refresh_from_db()
    assert [path.name for path in (root / str(case.id)).iterdir()] == [f"{row.sha256}.png"]
    assert row.sha256 == a_picture().sha256
    assert [verb for verb, _ in events(case)] == ["evidence.taken"]


@pytest.mark.django_db(transaction=True)
def test_two_workers_take_a_row_once(case: Case, message: Message) -> None:
    for _number in range(6):
        wanted(case, another(message))
    at = timezone.now()
    ready = threading.Barrier(3)

    def work(_worker: int) -> list[int]:
        ready.wait()
        try:
            return [row.id for row in iter(lambda: evidence.claim(at), None)]
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        claimed = [row_id for ids in pool.map(work, range(3)) for row_id in ids]
    assert sorted(claimed) == sorted(Evidence.objects.values_list("id", flat=True))


# --- what is ordered


def test_the_public_page_is_asked_of_the_platforms_hosts_alone(
    case: Case, message: Message, settings: LazySettings
) -> None:
    row = wanted(case, message, Evidence.Kind.PUBLIC_PAGE)
    settings.SANDBOX_URL = ""
    real = evidence.order_for(row, timezone.now())
    settings.SANDBOX_URL = "http://127.0.0.1:8900"
    demo = evidence.order_for(row, timezone.now())
    assert isinstance(real, Order)
    assert isinstance(demo, Order)
    assert real.url == message.permalink
    assert "instagram.com" in real.hosts
    assert demo.url == "http://127.0.0.1:8900/www.instagram.com/p/ABC/"
    assert demo.hosts == ("127.0.0.1:8900",)
    assert (demo.text, demo.author, demo.element) == (COMPLAINT, message.author_handle, "comment-1789")


def test_without_a_link_there_is_no_public_page(case: Case, message: Message) -> None:
    Message.objects.filter(id=message.id).update(permalink="")
    row = wanted(case, message, Evidence.Kind.PUBLIC_PAGE)
    camera = Scripted()
    evidence.take_wanted(timezone.now(), camera)
    row.refresh_from_db()
    assert (row.state, row.reason, camera.orders) == (Evidence.State.IMPOSSIBLE, "no_public_page", [])


def test_the_sheet_says_it_all_in_the_offices_time(case: Case, message: Message) -> None:
    with translation.override("en"):
        html = evidence.sheet(message, case, datetime(2026, 12, 1, 16, 30, tzinfo=UTC))
    for said in (
        "Puskesmas Melati",
        "2026-0001",
        "Siti Aminah",
        "@siti_&lt;aminah&gt;",
        "@pkm.melati",
        "Selasa, 1 Desember 2026 pukul 09.15.20 WITA",
        "2 Desember 2026, 00.30.00 WITA",
        "Keluhan",
        "Jadwal poli gigi bulan Desember",
        message.permalink,
        "&amp; &lt;b&gt;jangan&lt;/b&gt;",
        evidence.raw_digest(message),
    ):
        assert said in html, said
    assert COMPLAINT.splitlines()[0] + "\n" in html
    assert "<b>jangan" not in html


def test_the_raw_datas_digest_is_that_of_its_canonical_form(message: Message) -> None:
    message.raw = {"b": "é", "a": [1, 2]}
    assert evidence.raw_digest(message) == hashlib.sha256('{"a":[1,2],"b":"é"}'.encode()).hexdigest()


def test_a_message_by_hand_has_its_sheet_too(case: Case) -> None:
    account = an_account(case.office)
    message = a_message(account, "antre", kind="by_hand", channel="WhatsApp", author_handle="", author_name="")
    Message.objects.filter(id=message.id).update(account=None)
    message.refresh_from_db()
    message.entered_by = an_officer(case.office)
    html = evidence.sheet(message, case, timezone.now())
    assert "WhatsApp" in html
    assert "Dicatat oleh petugas" in html
    assert "Data mentah" not in html


# --- with a real browser, and a page as the stand-in shows it


def test_both_kinds_by_a_real_browser(
    case: Case, message: Message, site: Site, settings: LazySettings, photographer: Photographer, root: Path
) -> None:
    settings.SANDBOX_URL = f"http://{site.host}"
    shown = COMPLAINT.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br>")
    site.page("/www.instagram.com/p/ABC/", f"<ol><li id=comment-1789><b>@siti</b><p>{shown}</p></ol>")
    wanted(case, message)
    wanted(case, message, Evidence.Kind.PUBLIC_PAGE)
    assert evidence.take_wanted(timezone.now(), photographer) == 2
    rendering, page = Evidence.objects.order_by("kind").reverse()
    assert {rendering.state, page.state} == {Evidence.State.TAKEN}, (rendering.reason, page.reason)
    assert page.address == f"http://{site.host}/www.instagram.com/p/ABC/"
    for row in (rendering, page):
        kept = (root / row.path).read_bytes()
        assert hashlib.sha256(kept).hexdigest() == row.sha256
        assert image(kept).width == 412 * 2
    assert red_rows((root / page.path).read_bytes())
    assert not red_rows((root / rendering.path).read_bytes())
