"""`manage.py judge`: lines in, lines out."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from moderation.management.commands import judge as command
from moderation.management.commands.judge import judge_lines

HERE = Path(__file__).parent


def answers(*lines: str, reasons: bool = True) -> list[dict[str, object]]:
    out = io.StringIO()
    judge_lines(iter(lines), out, reasons=reasons)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_verdict_for_each_line() -> None:
    one, two = answers('{"id": "a", "text": "pelayanannya ramah", "lang": "id"}', '{"id": 2, "text": "lelet"}')
    assert (one["id"], one["kind"], one["action"]) == ("a", "praise", "thank")
    assert (two["id"], two["kind"], two["action"]) == (2, "complaint", "case")
    assert set(one) == {"id", "kind", "action", "flags", "topic", "lang", "confidence", "reasons"}


def test_bad_lines_are_named_and_the_rest_goes_on() -> None:
    found = answers("no json", "", "[]", '{"id": 3}', '{"id": 4, "text": 5}', "[" * 100_000, '{"id": 7, "text": "ok"}')
    assert [row.get("line") for row in found] == [1, 3, 4, 5, 6, None]
    assert all(row["error"] for row in found[:-1])
    assert found[-1]["id"] == 7


def test_files_of_other_editors_are_read() -> None:
    found = answers('\ufeff{"id": 1, "text": "pelayanannya ramah"}\r\n', "\r\n", '{"id": 2, "text": "lelet"}\r\n')
    assert [(row["id"], row["action"]) for row in found] == [(1, "thank"), (2, "case")]


@pytest.mark.parametrize(
    "id_",
    ["null", "[1]", '{"a": 1}', "NaN", "-Infinity", "1e999"],
    ids=["null", "list", "object", "nan", "inf", "1e999"],
)
def test_an_id_that_names_nothing_is_an_error_of_that_line(id_: str) -> None:
    found = answers(f'{{"id": {id_}, "text": "ok"}}', '{"id": 2, "text": "ok"}')
    assert found[0]["line"] == 1
    assert found[0]["error"]
    assert found[1]["id"] == 2


def test_a_message_without_id_is_an_error() -> None:
    assert "id" in str(answers('{"text": "ok"}')[0]["error"])


def test_a_line_that_is_too_long_is_not_held_and_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "LONGEST_LINE", 40)
    file = io.BytesIO(b'{"id": 1, "text": "' + b"ramah " * 50 + b'"}\n{"id": 2, "text": "pelayanannya ramah"}\n')
    assert [line and line[:8] for line in command.lines_of(file)] == [None, '{"id": 2']
    file.seek(0)
    out = io.StringIO()
    judge_lines(command.lines_of(file), out)
    bad, good = (json.loads(line) for line in out.getvalue().splitlines())
    assert (bad["line"], good["id"]) == (1, 2)
    assert "longer than 40 bytes" in bad["error"]


def test_a_reader_that_leaves_early_is_no_fault() -> None:
    many = (HERE / "written.jsonl").read_bytes()
    process = subprocess.Popen(
        [sys.executable, "manage.py", "judge"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=HERE.parents[1],
    )
    assert process.stdout
    process.stdout.close()
    _, told = process.communicate(many)
    assert (process.returncode, told) == (0, b"")


def test_context_is_heeded() -> None:
    line = {"id": 1, "text": "pelayanannya ramah", "context": {"open_case_in_thread": True}}
    assert answers(json.dumps(line))[0]["action"] == "review"


def test_a_wrong_context_is_an_error_of_that_line() -> None:
    wrong: list[object] = [[], {"mood": "good"}, {"open_case_in_thread": "yes"}, {"own_names": [1]}, {"own_names": "x"}]
    for context in wrong:
        assert "context" in str(answers(json.dumps({"id": 1, "text": "x", "context": context}))[0]["error"])


def test_half_a_character_stops_nothing() -> None:
    assert answers('{"id": 1, "text": "ramah \\ud800"}')[0]["action"] == "review"


def test_reasons_can_be_left_out() -> None:
    assert "reasons" not in answers('{"id": 1, "text": "x"}', reasons=False)[0]


def test_the_same_message_gets_the_same_verdict_in_every_process() -> None:
    """Python shuffles its sets anew in each process; no verdict may hang on it."""
    lines = "".join((HERE / name).read_text("utf-8") for name in ("hard.jsonl", "unseen.jsonl"))
    told = {
        subprocess.run(
            [sys.executable, "manage.py", "judge"],
            input=lines,
            capture_output=True,
            text=True,
            check=True,
            cwd=HERE.parents[1],
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(told) == 1
