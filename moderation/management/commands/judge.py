"""`python manage.py judge < messages.jsonl > verdicts.jsonl`: judges messages without database and without network."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import Any, BinaryIO, NoReturn, TextIO

from django.core.management.base import BaseCommand, CommandParser

from moderation.sentiment import Context, judge

_CONTEXT = {field.name for field in fields(Context)}
LONGEST_LINE = 8_000_000
"""Bytes: a million characters, each written as an escape, and room for the context. More isn't held in memory."""
_BLANK = " \t\r\n\ufeff"  # the last is the byte order mark with which some editors begin a file


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
        try:
            judge_lines(lines_of(stdin) if stdin else sys.stdin, sys.stdout, reasons=not options["no_reasons"])
            sys.stdout.flush()
        except BrokenPipeError:  # whoever reads has seen enough ("| head"): no fault, and nothing left to flush
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def lines_of(file: BinaryIO) -> Iterator[str | None]:
    """Its lines; None for one that is too long to be held."""
    while line := file.readline(LONGEST_LINE):
        whole = len(line) < LONGEST_LINE or line.endswith(b"\n")
        yield line.decode("utf-8", "replace") if whole else None
        while len(line) == LONGEST_LINE and not line.endswith(b"\n"):
            line = file.readline(LONGEST_LINE)


def judge_lines(lines: Iterable[str | None], out: TextIO, *, reasons: bool = True) -> None:
    for number, line in enumerate(lines, start=1):
        if line is not None and not line.strip(_BLANK):
            continue
        try:
            answer = _answer(line, reasons=reasons)
        except ValueError as problem:
            answer = {"line": number, "error": str(problem)}
        # ensure_ascii: half of a surrogate pair, which JSON may carry, must not stop the rest
        out.write(json.dumps(answer, ensure_ascii=True) + "\n")


def _answer(line: str | None, *, reasons: bool) -> dict[str, Any]:
    """The verdict on one line. ValueError says what is wrong with it."""
    if line is None:
        raise ValueError(f"longer than {LONGEST_LINE:,} bytes")
    try:
        row = json.loads(line.strip(_BLANK), parse_constant=_no_number)
    except (ValueError, RecursionError) as problem:
        raise ValueError(f"not JSON: {problem}") from problem
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise ValueError('expected an object with "id" and a string "text"')
    if not isinstance(row.get("id"), str | int | float) or row["id"] in (float("inf"), float("-inf")):
        raise ValueError('"id" must be a string or a number')
    verdict = judge(row["text"], _context(row.get("context")))
    answer: dict[str, Any] = {"id": row["id"]}
    for name in ("kind", "action", "topic", "lang", "confidence"):
        answer[name] = getattr(verdict, name)
    answer["flags"] = list(verdict.flags)
    if reasons:
        answer["reasons"] = [reason._asdict() for reason in verdict.reasons]
    return answer


def _no_number(written: str) -> NoReturn:
    """NaN and Infinity, which Python reads and JSON doesn't know."""
    raise ValueError(f"{written} is no JSON")


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
