"""The desk's own worker against the stand-in: what a platform's quota would refuse never leaves; the rest goes on."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.utils import timezone
from PIL import Image

from connectors import allowances, lane, outgoing, sending, shared_use
from connectors.base import Kind
from connectors.errors import Reason
from connectors.models import Account, Outgoing
from connectors.shared_use import SharedUse
from connectors.youtube.quota import next_midnight
from offices.models import Officer
from sandbox.server import Sandbox
from sandbox.wire import Call, Reply
from sandbox.x import refusals
from tests import console
from tests.connectors.stages import HANDLE, STAGES
from tests.rows import an_account, an_office, an_officer

pytestmark = pytest.mark.django_db
State = Outgoing.State
FILM = b"\0\0\0\x18ftypisom" + bytes(100)


@pytest.fixture
def stand_in(settings: LazySettings, tmp_path: Path) -> Iterator[Sandbox]:
    settings.MEDIA_ROOT = tmp_path
    Image.new("RGB", (600, 600), "teal").save(tmp_path / "poster.jpg")
    (tmp_path / "film.mp4").write_bytes(FILM)
    with Sandbox(port=0) as sandbox:
        settings.SANDBOX_URL = sandbox.base
        yield sandbox


def connected(platform: str, **more: Any) -> Account:
    account = an_account(an_office(), platform, HANDLE, secrets=STAGES[platform], state=Account.State.NEW, **more)
    lane.check(account.id, timezone.now())
    account.refresh_from_db()
    assert account.state == Account.State.GREEN
    return account


def post(account: Account, text: str, kind: Kind = Kind.PHOTO) -> Outgoing:
    name, mime = ("film.mp4", "video/mp4") if kind is Kind.VIDEO else ("poster.jpg", "image/jpeg")
    media = [] if kind is Kind.TEXT else [{"path": name, "mime": mime, "alt_text": "Poster"}]
    return outgoing.queue(account, kind, {"text": text, "media": media}, timezone.now())


def answer(account: Account, below: Outgoing, sandbox: Sandbox) -> Outgoing:
    """To a citizen's comment under a post of ours."""
    world = sandbox.world
    item = world.post(account.platform, below.remote_id)
    assert item is not None
    comment = world.comment(item, world.person(account.platform, "siti", ""), "Jam berapa?", None)
    payload = {"text": "Jam delapan, Bu.", "post": below.remote_id, "parent": comment.pk}
    return outgoing.queue(account, Kind.REPLY, payload, timezone.now())


def left(sandbox: Sandbox, *operations: str) -> int:
    """Requests of these operations that reached the platform."""
    return sum(call["operation"] in operations for call in sandbox.calls)


def units_used(account: Account) -> int:
    return sum(names.get("units", 0) for names in shared_use.used_by(account.project).values())


def test_youtube_s_films_of_the_day_are_used_up_and_answers_go_on(stand_in: Sandbox, settings: LazySettings) -> None:
    settings.QUOTAS = {"youtube": {"uploads_a_day": 1, "units_a_day": 10_000}}
    account = connected("youtube")
    first, second = (post(account, f"Film {n}", Kind.VIDEO) for n in range(2))
    sending.work_off(account.id)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state, second.attempts) == (State.SENT, State.QUEUED, 0)
    assert (second.reason, second.not_before) == (Reason.QUOTA_SPENT, next_midnight(datetime.now(UTC)))
    reply = answer(account, first, stand_in)
    sending.work_off(account.id)
    reply.refresh_from_db()
    assert reply.state == State.SENT
    assert left(stand_in, "publish") == 1


def test_youtube_s_units_are_used_up_and_the_lane_rests_till_midnight_in_california(
    stand_in: Sandbox, settings: LazySettings
) -> None:
    account = connected("youtube")
    film = post(account, "Film", Kind.VIDEO)
    sending.work_off(account.id)
    film.refresh_from_db()
    account.refresh_from_db()
    settings.QUOTAS = {"youtube": {"units_a_day": units_used(account) + 80}}
    rows = [answer(account, film, stand_in) for _ in range(2)]
    before = len(stand_in.calls)
    sending.work_off(account.id)
    account.refresh_from_db()
    states = [Outgoing.objects.get(id=row.id).state for row in rows]
    assert states == [State.SENT, State.QUEUED]  # 50 fit, 100 do not
    assert left(stand_in, "reply") == 1
    assert (account.parked_until, account.reason) == (next_midnight(datetime.now(UTC)), Reason.QUOTA_SPENT)
    assert not Account.objects.ready(timezone.now()).exists()
    assert len(stand_in.calls) - before <= 3


def test_what_google_gives_a_project_is_entered_once_for_all_its_accounts(stand_in: Sandbox) -> None:
    """Else the one stops where the other goes on, by the same count; what others look after is left alone."""
    office, other = an_office("dinkes"), an_office("lain")
    secrets = dict(STAGES["youtube"])
    here, there = (an_account(office, "youtube", f"kanal{n}", secrets=secrets) for n in range(2))
    elsewhere = an_account(other, "youtube", "kanal-lain", secrets=secrets)
    apart = an_account(office, "youtube", "sendiri", secrets={**secrets, "client_id": "proyek-lain"})
    desk = console.signed_in(an_officer(office, role=Officer.Role.MANAGER))
    page = desk.get(f"/akun/{here.pk}/").content.decode()
    assert "untuk semua akun proyek itu" in page
    desk.post(f"/akun/{here.pk}/jatah/", {"units_a_day": "50000", "uploads_a_day": ""})
    rows = [Account.objects.get(pk=one.pk) for one in (here, there, elsewhere, apart)]
    assert [row.quotas for row in rows] == [{"units_a_day": 50_000}] * 2 + [{}] * 2
    for row in rows[:2]:
        shown = {one.name: (one.used, one.total) for one in allowances.shown(row, timezone.now())}
        assert shown["units"] == (0, 50_000)


def test_accounts_of_one_google_project_share_its_day(stand_in: Sandbox, settings: LazySettings) -> None:
    """A city's channels often have one project: what one took is gone for the other, and for nobody else's."""
    settings.QUOTAS = {"youtube": {"uploads_a_day": 1}}
    first = connected("youtube")
    film = post(first, "Film", Kind.VIDEO)
    sending.work_off(first.id)
    film.refresh_from_db()
    assert film.state == State.SENT
    same, other = "desk", "proyek-lain"
    rows = {}
    for project in (same, other):
        secrets = {**STAGES["youtube"], "client_id": project, "refresh_token": f"1//{project}"}
        account = an_account(first.office, "youtube", project, secrets=secrets, state=Account.State.NEW)
        lane.check(account.id, timezone.now())
        rows[project] = post(account, f"Film {project}", Kind.VIDEO)
        account.refresh_from_db()
        told = {one.name: one.used for one in allowances.shown(account, timezone.now())}
        assert told["uploads"] == (project == same)
        assert told["units"] == units_used(account)
        sending.work_off(account.id)
        rows[project].refresh_from_db()
    assert (rows[same].state, rows[same].reason) == (State.QUEUED, Reason.QUOTA_SPENT)
    assert rows[other].state == State.SENT
    assert units_used(first) == units_used(rows[same].account) > units_used(rows[other].account) > 0


def test_yesterday_is_forgotten_and_uses_at_once_are_all_counted(db: None) -> None:
    for day, times in (("2026-11-21", 1), ("2026-11-22", 3)):
        for _ in range(times):
            shared_use.note("p", {day: {"units": 50}})
    shared_use.note("", {"2026-11-22": {"units": 50}})
    shared_use.note("q", {"2026-11-22": {"units": 0}})
    assert shared_use.used_by("p") == {"2026-11-22": {"units": 150}}
    assert SharedUse.objects.count() == 1


def test_instagram_is_asked_how_many_posts_are_left(
    stand_in: Sandbox, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two of its 24 hours' posts; the third is not even prepared, once Instagram says that both are gone."""
    monkeypatch.setattr("sandbox.graph.instagram.QUOTA", 2)
    name = stand_in.world.keep("image/jpeg", (Path(settings.MEDIA_ROOT) / "poster.jpg").read_bytes()).name
    monkeypatch.setattr("connectors.models.address_of", lambda *_: f"{stand_in.base}/_sandbox/media/{name}")
    account = connected("instagram_graph")
    assert account.quota_told["total"] == 2
    rows = [post(account, f"Posyandu {n}") for n in range(3)]
    sending.work_off(account.id)
    assert [Outgoing.objects.get(id=row.id).state for row in rows] == [State.SENT, State.SENT, State.QUEUED]
    assert (left(stand_in, "publish"), left(stand_in, "upload")) == (2, 3)  # one of them tried our own address
    account.refresh_from_db()
    assert (account.quota_told["used"], account.quota_told["total"]) == (2, 2)
    rows[2].refresh_from_db()
    assert (rows[2].attempts, rows[2].reason) == (0, Reason.QUOTA_SPENT)


def test_x_s_window_is_used_up_and_messages_go_on(stand_in: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    account = connected("x")
    monkeypatch.setattr(refusals.limits, "__defaults__", (0, None))  # "that was the last one"
    rows = [post(account, f"Kiriman {n}", Kind.TEXT) for n in range(2)]
    sending.work_off(account.id)
    rows[1].refresh_from_db()
    assert left(stand_in, "publish") == 1
    assert (rows[1].state, rows[1].attempts, rows[1].reason) == (State.QUEUED, 0, Reason.QUOTA_SPENT)
    assert rows[1].not_before is not None
    assert timedelta(minutes=14) < rows[1].not_before - timezone.now() <= timedelta(minutes=15)
    person = stand_in.world.person("x", "budi", "")
    stand_in.world.say(stand_in.world.thread_of(stand_in.world.open_account("x", HANDLE), person), person, "Buka?")
    dm = outgoing.queue(account, Kind.DM, {"text": "Jam 8.", "thread": thread_id(account)}, timezone.now())
    sending.work_off(account.id)
    dm.refresh_from_db()
    assert (dm.state, left(stand_in, "publish")) == (State.SENT, 1)


def thread_id(account: Account) -> str:
    with lane.lane(account.id) as taken:
        assert taken is not None
        batches = taken.connector.fetch({})
        return next(one.thread for batch in batches for one in batch.messages if one.thread)


def test_meta_says_that_the_hour_is_used_up_and_nothing_more_is_asked(
    stand_in: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = connected("facebook")
    say = stand_in.answer

    def full(call: Call) -> tuple[Reply, str]:
        reply, act = say(call)
        return replace(reply, headers={**reply.headers, "X-App-Usage": '{"call_count": 100, "total_time": 40}'}), act

    monkeypatch.setattr(stand_in, "answer", full)
    rows = [post(account, f"Kiriman {n}", Kind.TEXT) for n in range(2)]
    sending.work_off(account.id)
    account.refresh_from_db()
    assert [Outgoing.objects.get(id=row.id).state for row in rows] == [State.SENT, State.QUEUED]
    assert left(stand_in, "publish") == 1
    assert account.parked_until is not None
    assert timedelta(minutes=14) < account.parked_until - timezone.now() <= timedelta(minutes=15)
