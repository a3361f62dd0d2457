"""`manage.py check_content`: the same words on the command line, and nothing written."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from django.core.management import CommandError, call_command

from connectors.models import Account, Outgoing
from offices.models import Office
from scheduler.models import CalendarFile, Delivery
from tests.scheduler.conftest import NOW, Drop, as_csv, row

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now() -> Iterator[None]:
    """The command asks the machine's clock, and its rows are of December 2026."""
    with time_machine.travel(NOW):
        yield


def put(path: Path, *rows: list[str]) -> str:
    path.write_bytes(as_csv(rows))
    return str(path)


def test_a_clean_file_ends_well(content: Path, account: Account, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("check_content", put(content / "a.csv", row(1), row(2)))
    assert capsys.readouterr().out == "a.csv: 2 baris benar, 0 tempat salah\n"
    assert not CalendarFile.objects.exists()
    assert not Outgoing.objects.exists()


def test_problems_end_in_1_with_file_row_column_and_what_to_do(
    content: Path, account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        call_command("check_content", put(content / "a.csv", row(1), row(2, jam="pagi")))
    assert end.value.code == 1
    out = capsys.readouterr().out
    assert "a.csv, baris 3, kolom «jam»: Jam ini tidak dapat dibaca: pagi. → Tulis misalnya 08:00" in out


def test_json_for_machines(content: Path, account: Account, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = put(content / "a.csv", row(1)), put(content / "b.csv", row(2, akun="tiktok"))
    with pytest.raises(SystemExit):
        call_command("check_content", good, bad, format="json")
    first, second = json.loads(capsys.readouterr().out)
    assert (first["ok"], first["problems"]) == (True, [])
    assert (second["ok"], second["rows"], second["good"]) == (False, 1, 0)
    (told,) = second["problems"]
    assert (told["file"], told["row"], told["column"], told["code"]) == ("b.csv", 2, "akun", "unknown_account")
    assert told["what_id"]
    assert told["todo_en"]


def test_without_an_office_it_checks_what_it_can(content: Path, db: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("check_content", put(content / "a.csv", row(1, akun="instagram")))
    with pytest.raises(SystemExit):
        call_command(
            "check_content", put(content / "a.csv", row(1, tanggal="01/02/2020", akun="x"), row(2, media="z.jpg"))
        )
    out = capsys.readouterr().out
    assert "Waktu terbit sudah lewat" in out
    assert "tidak ditemukan: z.jpg" in out


def test_what_is_known_may_be_past(drop: Drop, content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drop(row(1))
    path = put(content / "2026-12.csv", row(1, tanggal="01/02/2020"))
    call_command("check_content", path)
    Delivery.objects.all().delete()
    with pytest.raises(SystemExit):
        call_command("check_content", path)
    capsys.readouterr()


def test_an_unknown_office_is_refused(content: Path, office: Office) -> None:
    with pytest.raises(CommandError, match="kendalsari"):
        call_command("check_content", "a.csv", office="lain")


def test_a_missing_file_is_a_problem_not_a_traceback(
    content: Path, account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        call_command("check_content", str(content / "tidak ada.csv"), language="en")
    assert "cannot be opened" in capsys.readouterr().out
