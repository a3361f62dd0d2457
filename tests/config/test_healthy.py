"""Health is work that was done, not a process that runs."""

import os
from pathlib import Path

import pytest
from django.test import Client

from config import healthy
from config.celery import app


@pytest.fixture(autouse=True)
def alive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TANGGAP_ALIVE", str(tmp_path / "alive"))
    monkeypatch.setattr(healthy, "_noted", {})
    return tmp_path / "alive"


def test_a_queue_whose_tasks_are_done_is_healthy(capsys: pytest.CaptureFixture[str]) -> None:
    assert healthy.main(["publishing"]) == 1
    assert "no task was done yet" in capsys.readouterr().err
    healthy.note("publishing")
    assert healthy.main(["publishing"]) == 0
    assert healthy.main(["polling"]) == 1


def test_a_queue_that_stands_still_is_not(alive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    healthy.note("polling")
    long_ago = (alive / "polling").stat().st_mtime - 120
    os.utime(alive / "polling", (long_ago, long_ago))
    assert healthy.main(["polling"]) == 1
    assert "polling: the last sign of life is 120 s old" in capsys.readouterr().err
    assert healthy.main(["polling", "--within", "300"]) == 0


def test_a_sign_is_left_once_a_second(alive: Path) -> None:
    healthy.note("captures")
    (alive / "captures").unlink()
    healthy.note("captures")
    assert not (alive / "captures").exists()


def test_work_goes_on_where_no_sign_can_be_left(alive: Path, capsys: pytest.CaptureFixture[str]) -> None:
    alive.write_text("a file where the folder should be")
    healthy.note("captures")
    assert "no sign of life can be left" in capsys.readouterr().err


def test_a_task_that_was_done_leaves_the_sign_of_its_queue(alive: Path) -> None:
    from celery.signals import task_postrun

    class Done:
        class request:  # noqa: N801  # as Celery hands it over
            delivery_info = {"routing_key": "polling"}

    task_postrun.send(sender=app, task=Done())
    assert (alive / "polling").exists()


@pytest.mark.django_db
def test_the_page_for_health_checks_asks_the_database(client: Client) -> None:
    answer = client.get("/sehat/")
    assert (answer.status_code, answer.content) == (200, b"sehat\n")
    assert answer["Cache-Control"] == "no-store"


def test_a_console_that_does_not_answer_is_not_healthy(capsys: pytest.CaptureFixture[str]) -> None:
    assert healthy.main(["web", "--port", "9"]) == 1
    assert "web: " in capsys.readouterr().err
