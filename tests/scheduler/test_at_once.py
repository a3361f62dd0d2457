"""Two readings at the same moment: the folder and an upload, a button tapped twice, two workers over one folder."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from connectors.models import Outgoing
from offices.models import Office
from scheduler import intake
from scheduler.models import CalendarFile, Delivery, Post
from tests.scheduler.conftest import NOW, Drop, as_csv, row

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]
State = Outgoing.State


@pytest.fixture
def twice(drop: Drop, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Reads a calendar, and the same once more by somebody else, between the first one's plan and its writing."""
    write = intake._write
    others: list[CalendarFile] = []

    def both(*rows: Sequence[str], other: Sequence[Sequence[str]] = ()) -> tuple[CalendarFile, CalendarFile]:
        def meanwhile(*args: Any) -> Any:
            monkeypatch.setattr(intake, "_write", write)
            others.append(drop(*(other or rows), name="2026-12.csv"))
            return write(*args)

        monkeypatch.setattr(intake, "_write", meanwhile)
        return drop(*rows), others.pop()

    return both


def to_go_out() -> list[str]:
    return sorted(one.text for one in Outgoing.objects.filter(state=State.QUEUED))


def test_a_new_calendar_read_twice_at_once_is_queued_once_and_nothing_is_wrong(twice: Any) -> None:
    first, second = twice(row(1), row(2))
    assert to_go_out() == ["Kabar ke-1 dari puskesmas", "Kabar ke-2 dari puskesmas"]
    assert (Post.objects.count(), Delivery.objects.count()) == (2, 2)
    assert (first.problems, second.problems) == ([], [])
    assert (first.unchanged, second.created) == (2, 2)


def test_rows_that_came_back_are_queued_once(drop: Drop, twice: Any) -> None:
    """Each reading gives a withdrawn row a new write: two of them would both go out."""
    rows = [row(number) for number in range(1, 7)]
    drop(*rows)
    drop(*rows[1:])
    first, second = twice(*rows)
    assert to_go_out() == sorted(f"Kabar ke-{number} dari puskesmas" for number in range(1, 7))
    assert (first.problems, second.problems) == ([], [])
    assert (first.created, second.created) == (0, 1)
    assert not Outgoing.objects.filter(delivery=None).exclude(state=State.WITHDRAWN).exists()


def test_two_that_planned_the_same_write_it_once(
    drop: Drop, content: Path, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row that came back, written by two workers at the same moment: the second waits for the first one's lock."""
    rows = [row(number) for number in range(1, 7)]
    drop(*rows)
    drop(*rows[1:])
    (content / "2026-12.csv").write_bytes(as_csv(rows))
    both_planned, write, readings = Barrier(2), intake._write, list[CalendarFile]()

    def wait_and_write(*args: Any) -> Any:
        both_planned.wait(30)
        return write(*args)

    def read() -> None:
        readings.append(intake.import_file(content / "2026-12.csv", office, CalendarFile.Source.UPLOAD, NOW))
        connection.close()

    monkeypatch.setattr(intake, "_write", wait_and_write)
    readers = [Thread(target=read) for _ in range(2)]
    for one in readers:
        one.start()
    for one in readers:
        one.join()
    assert to_go_out() == sorted(f"Kabar ke-{number} dari puskesmas" for number in range(1, 7))
    assert [reading.problems for reading in readings] == [[], []]
    assert sorted(reading.created for reading in readings) == [0, 1]


def test_an_edit_read_twice_at_once_is_one(drop: Drop, twice: Any) -> None:
    drop(row(1))
    first, second = twice(row(1, caption="Baru"))
    assert to_go_out() == ["Baru"]
    assert (first.problems, second.problems) == ([], [])


def test_another_zone_takes_the_queue_along_and_sends_nothing_twice(drop: Drop, office: Office) -> None:
    """Rows without an id are known by their instant, and that moves with the zone."""
    rows = [row(number, id="", jam="23:30") for number in range(1, 5)]
    drop(*rows)
    first = Outgoing.objects.order_by("due_at")[0]
    Outgoing.objects.filter(id=first.id).update(state=State.SENT, sent_at=first.due_at, remote_id="p1")
    Office.objects.filter(id=office.id).update(time_zone=Office.Zone.WIT)
    office.refresh_from_db()
    assert office.zone == ZoneInfo("Asia/Jayapura")
    reading = drop(*rows, row(5, id=""), at=NOW + timedelta(minutes=1))
    texts = [one.text for one in Outgoing.objects.filter(state=State.QUEUED)]
    assert len(texts) == len(set(texts))
    assert first.text not in texts
    assert reading.held
