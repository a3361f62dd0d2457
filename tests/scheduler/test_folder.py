"""The walk through the folder: files at rest, whose they are, the report beside them, and what is passed over."""

import csv
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.models import Account, Outgoing
from offices.models import Event, Office
from scheduler import folder, intake, template
from scheduler.calendar_file import report_file, sheet
from scheduler.calendar_file.problems import Code, Problem
from scheduler.models import CalendarFile, Delivery
from scheduler.stored_media import MediaStore, Stored
from tests.scheduler.conftest import NOW, as_csv, later, picture, row

pytestmark = pytest.mark.django_db


def put(path: Path, *rows: list[str]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(as_csv(rows))
    return path


def walk(content: Path, start: float = 0) -> list[CalendarFile]:
    """Two looks, six seconds apart."""
    return intake.scan(content, later(start)) + intake.scan(content, later(start + 6))


def report(path: Path) -> list[list[str]]:
    text = path.read_bytes().decode("utf-8-sig")
    return list(csv.reader(text.splitlines(), delimiter=";"))


def test_a_file_is_read_once_it_is_at_rest(content: Path, account: Account) -> None:
    path = put(content / "a.csv", row(1))
    assert intake.scan(content, later(0)) == []
    assert intake.scan(content, later(4)) == []
    put(path, row(1), row(2))  # still being written
    assert intake.scan(content, later(6)) == []
    assert intake.scan(content, later(10)) == []
    assert [one.created for one in intake.scan(content, later(11))] == [2]
    assert intake.scan(content, later(30)) == []


def test_a_file_that_lay_still_before_we_looked_is_read_at_once(content: Path, account: Account) -> None:
    path = put(content / "a.csv", row(1))
    os.utime(path, (0, 0))  # copied with an old date: only the system's own time tells that it is young
    written = datetime.fromtimestamp(path.stat().st_ctime, UTC)
    assert intake.scan(content, written + timedelta(seconds=4)) == []
    folder.forget()
    assert len(intake.scan(content, written + timedelta(seconds=6))) == 1


def test_a_restart_reads_nothing_twice_and_misses_nothing(content: Path, account: Account) -> None:
    put(content / "a.csv", row(1))
    walk(content)
    folder.forget()
    assert walk(content, 60) == []
    assert CalendarFile.objects.count() == 1
    put(content / "a.csv", row(1), row(2))
    folder.forget()
    assert [one.created for one in walk(content, 120)] == [1]


@pytest.mark.parametrize(
    "name",
    [
        ".a.csv",
        "~$a.xlsx",
        ".~lock.a.csv#",
        "a.masalah.csv",
        "A.MASALAH.CSV",
        "README.md",
        "readme.csv",
        "foto.jpg",
        "a.csv.part",
    ],
)
def test_what_is_no_calendar_is_passed_over(content: Path, account: Account, name: str) -> None:
    put(content / name, row(1))
    assert walk(content) == []
    assert not CalendarFile.objects.exists()


def test_links_are_not_followed(content: Path, account: Account, tmp_path: Path) -> None:
    target = put(tmp_path / "elsewhere" / "a.csv", row(1))
    (content / "a.csv").symlink_to(target)
    (content / "b").symlink_to(target.parent)
    assert walk(content) == []


def test_problems_stand_beside_the_file_until_they_are_gone(content: Path, account: Account) -> None:
    put(content / "a.csv", row(1), row(2, caption="=HYPERLINK()", tema="=1+1"))
    walk(content)
    lines = report(content / "a.masalah.csv")
    assert lines[0][:4] == ["file", "baris", "kolom", "masalah"]
    assert lines[1][:3] == ["a.csv", "3", "tema"]
    assert "=1+1" in lines[1][3]
    put(content / "a.csv", row(1), row(2))
    walk(content, 60)
    assert not (content / "a.masalah.csv").exists()
    assert Delivery.objects.count() == 2


def test_no_cell_of_the_report_starts_a_formula() -> None:
    lines = (
        report_file.render([Problem(Code.BAD_DATE, "=cmd.csv", 2, "@tanggal", "x")]).decode("utf-8-sig").splitlines()
    )
    assert next(csv.reader(lines[1:], delimiter=";"))[:3] == ["'=cmd.csv", "2", "'@tanggal"]


def test_a_report_that_cannot_be_written_is_told_and_stops_nothing(
    content: Path, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(report_file, "write", refuses)
    put(content / "a.csv", row(1, jam="?"))
    put(content / "b.csv", row(2))
    assert len(walk(content)) == 2
    assert Event.objects.filter(verb="calendar.report_unwritable").count() == 2


def test_a_poison_file_stops_no_other_and_is_tried_again(
    content: Path, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(content / "a.csv", row(1))
    put(content / "b.csv", row(2))
    real = intake.import_file

    def breaks(path: Path, *args: Any, **kwargs: Any) -> CalendarFile:
        if path.name == "a.csv":
            raise RuntimeError("poison")
        return real(path, *args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(intake, "import_file", breaks)
        assert [one.name for one in walk(content)] == ["b.csv"]
        assert intake.scan(content, later(20)) == []
    assert [one.name for one in intake.scan(content, later(6 + 66))] == ["a.csv"]


@pytest.mark.parametrize("name", [b"kalender d\xe9sember.csv", b"k" * 240 + b".csv"])
def test_odd_names_are_read_once_as_any_other(content: Path, account: Account, name: bytes) -> None:
    put(content / os.fsdecode(name), row(1), row(2, jam="?"))
    (reading,) = walk(content)
    assert (reading.created, len(reading.problems)) == (1, 1)
    assert reading.name in ("kalender d\ufffdsember.csv", "k" * 196 + ".csv")
    folder.forget()
    assert walk(content, 60) == []


def test_a_stranger_with_an_odd_name_is_told_beside_it(
    content: Path, account: Account, caplog: pytest.LogCaptureFixture
) -> None:
    place = content / os.fsdecode(b"puskesmas m\xe9lati")
    put(place / os.fsdecode(b"d\xe9sember.csv"), row(1))
    assert walk(content) == []
    assert "puskesmas m\ufffdlati" in report(place / os.fsdecode(b"d\xe9sember.masalah.csv"))[1][3]
    assert "puskesmas m\ufffdlati/d\ufffdsember.csv" in caplog.text  # a log can be written and sent


def test_of_a_file_beyond_every_limit_only_the_beginning_is_read(content: Path) -> None:
    one, other = content / "a.csv", content / "b.csv"
    for path, end in ((one, b"a"), (other, b"b")):
        path.write_bytes(b"x" * (sheet.FILE_BYTES_MAX + 1) + end)
    assert intake.sha256_of(one) == intake.sha256_of(other)
    one.write_bytes(b"x" * sheet.FILE_BYTES_MAX + b"a")
    assert intake.sha256_of(one) != intake.sha256_of(other)


def test_pictures_that_come_later_are_noticed(content: Path, account: Account) -> None:
    put(content / "a.csv", row(1, media="menyusul.jpg"), row(2))
    assert [one.created for one in walk(content)] == [1]
    folder.forget()
    assert walk(content, 60) == []  # nothing new: no second reading is kept
    assert CalendarFile.objects.count() == 1
    picture(content / "media" / "menyusul.jpg", "pink")
    assert [one.created for one in walk(content, 120)] == [1]
    assert not (content / "a.masalah.csv").exists()
    assert Outgoing.objects.count() == 2


def test_pictures_that_are_being_copied_are_waited_for(content: Path, account: Account) -> None:
    put(content / "a.csv", row(1))
    assert intake.scan(content, later(0)) == []
    picture(content / "media" / "lain.jpg")
    assert intake.scan(content, later(6)) == []
    assert len(intake.scan(content, later(12))) == 1


def test_an_account_that_is_added_later_is_noticed(content: Path, office: Office) -> None:
    put(content / "a.csv", row(1))
    assert walk(content)[0].problems[0]["code"] == "no_accounts_yet"
    Account.objects.create(office=office, platform="instagram", handle="baru")
    assert [one.created for one in walk(content, 60)] == [1]


def test_nothing_is_scheduled_where_pictures_can_not_be_fetched_until_they_can(content: Path, account: Account) -> None:
    """The row waits as a problem that says what to do; it is taken in by itself once the check succeeds."""
    Account.objects.update(platform="instagram_graph", media_reachable=False, media_trouble="no_https")
    put(content / "a.csv", row(1))
    reading = walk(content)[0]
    assert [(one["code"], one["row"], one["column"]) for one in reading.problems] == [("out_of_reach", 2, "akun")]
    assert "Periksa lagi" in Problem.from_json(reading.problems[0]).todo("id")
    assert not Outgoing.objects.exists()
    assert walk(content, 60) == []
    Account.objects.update(media_reachable=True, media_trouble="")
    assert [one.created for one in walk(content, 120)] == [1]


def test_rows_of_a_disconnected_account_ask_for_another_one_and_move_to_it(content: Path, account: Account) -> None:
    """Nothing of it was lost: what is out is no problem, and what is to come goes by the account that is there."""
    put(content / "a.csv", row(1))
    assert [one.created for one in walk(content)] == [1]
    Outgoing.objects.update(state="sent", sent_at=later(0))
    Account.objects.update(state="off")
    assert walk(content, 60) == []  # nothing new was asked for
    put(content / "a.csv", row(1), row(2))
    (reading,) = walk(content, 120)
    assert [(one["code"], one["row"], one["column"]) for one in reading.problems] == [("disconnected", 3, "akun")]
    new = Account.objects.create(office=account.office, platform="instagram_graph", handle=account.handle)
    (reading,) = walk(content, 180)
    assert (reading.problems, list(Outgoing.objects.values_list("account", "state"))) == (
        [],
        [(account.id, "sent"), (new.id, "queued")],
    )


def test_a_name_that_may_be_two_accounts_is_one_once_the_other_is_disconnected(
    content: Path, office: Office, account: Account
) -> None:
    """The calendar says "instagram", and the office is on its way from the password to the official interface."""
    new = Account.objects.create(office=office, platform="instagram_graph", handle=account.handle)
    put(content / "a.csv", row(1))
    assert [one["code"] for one in walk(content)[0].problems] == ["ambiguous_account"]
    Account.objects.filter(id=account.id).update(state="off")
    assert [one.created for one in walk(content, 60)] == [1]
    assert Outgoing.objects.get().account == new
    assert template.publishing(office) == [new]


def test_sub_folders_belong_to_offices_and_the_root_to_the_only_one(content: Path, account: Account) -> None:
    put(content / "a.csv", row(1))
    put(content / "kendalsari" / "b.csv", row(2))
    assert [one.office.slug for one in walk(content)] == ["kendalsari", "kendalsari"]
    other = Office.objects.create(name="Puskesmas Dinoyo", slug="dinoyo")
    Account.objects.create(office=other, platform="instagram", handle="pkm.dinoyo")
    put(content / "c.csv", row(3))
    put(content / "dinoyo" / "d.csv", row(4))
    put(content / "tidak-dikenal" / "e.csv", row(5))
    assert [(one.office.slug, one.created) for one in walk(content, 60)] == [("dinoyo", 1)]
    for place in (content, content / "tidak-dikenal"):
        (told,) = place.glob("[ce].masalah.csv")
        assert "dinoyo, kendalsari" in report(told)[1][4]


def test_an_empty_or_missing_folder_is_no_trouble(tmp_path: Path, db: None) -> None:
    assert intake.scan(tmp_path, NOW) == []
    assert intake.scan(tmp_path / "not there", NOW + timedelta(minutes=1)) == []


def test_what_found_no_room_is_tried_again_though_nothing_in_the_folder_changes(
    content: Path, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(content / "a.csv", row(1))

    def full(store: MediaStore, stored: Stored) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(MediaStore, "keep", full)
        [reading] = walk(content)
        assert [one["code"] for one in reading.problems] == [Code.NOT_STORED]
        assert intake.scan(content, later(30)) == []
    intake.scan(content, later(6 + 61))
    intake.scan(content, later(6 + 68))
    assert Delivery.objects.count() == 1
