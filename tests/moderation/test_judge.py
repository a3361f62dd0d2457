"""`manage.py judge`: lines in, lines out."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

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
