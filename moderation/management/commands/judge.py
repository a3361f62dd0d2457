"""`python manage.py judge < messages.jsonl > verdicts.jsonl`: judges messages without database and without network."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import fields
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandParser

from moderation.sentiment import Context, judge

_CONTEXT = {field.name for field in fields(Context)}


class Command(BaseCommand):
    help = (
        'Reads JSON lines {"id", "text", "context"?} on standard input and writes one verdict a line. '
        'A line that cannot be read gives {"line", "error"}; the others go on.'
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-reasons", action="store_true", help="leave the reasons out")

    def handle(self, *args: object, **options: Any) -> None:
        stdin = getattr(sys.stdin, "buffer", None)
        lines = (line.decode("utf-8", "replace") for line in stdin) if stdin else iter(sys.stdin)
        judge_lines(lines, sys.stdout, reasons=not options["no_reasons"])


def judge_lines(lines: Iterator[str], out: TextIO, *, reasons: bool = True) -> None:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            answer = _answer(line, reasons=reasons)
        except ValueError as problem:
            answer = {"line": number, "error": str(problem)}
        # ensure_ascii: half of a surrogate pair, which JSON may carry, must not stop the rest
        out.write(json.dumps(answer, ensure_ascii=True) + "\n")


def _answer(line: str, *, reasons: bool) -> dict[str, Any]:
    """The verdict on one line. ValueError says what is wrong with it."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as problem:
        raise ValueError(f"not JSON: {problem}") from problem
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise ValueError('expected an object with "id" and a string "text"')
    verdict = judge(row["text"], _context(row.get("context")))
    answer: dict[str, Any] = {"id": row.get("id")}
    for name in ("kind", "action", "topic", "lang", "confidence"):
        answer[name] = getattr(verdict, name)
    answer["flags"] = list(verdict.flags)
    if reasons:
        answer["reasons"] = [reason._asdict() for reason in verdict.reasons]
    return answer


def _context(given: object) -> Context:
    if given is None:
        return Context()
    if not isinstance(given, dict) or not given.keys() <= _CONTEXT:
        raise ValueError(f'"context" may hold {", ".join(sorted(_CONTEXT))}')
    values: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in given.items()}
    for name, value in values.items():
        strings = not isinstance(value, tuple) or all(isinstance(each, str) for each in value)
        if not strings or type(value) is not type(getattr(Context(), name)):
            raise ValueError(f'"context": {name} has the wrong type')
    return Context(**values)
