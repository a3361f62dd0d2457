"""What platforms answer that no documentation promises: lists that are missing, shapes that nobody expected, limits
that end in a thousand years. Asks nothing but the clock.
"""

import inspect
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import wraps
from pathlib import Path
from typing import Any

from connectors.errors import Reason, Unreachable

# --- lists


def leads_on(cursor: object, met: set[str]) -> bool:
    """Whether a page's cursor leads to another page: pages that go round end at the first that was met before."""
    if not cursor or str(cursor) in met:
        return False
    met.add(str(cursor))
    return True


# --- when a platform lets us in again

REST_MAX = timedelta(days=1)
"""What a platform says of a limit's end is believed for so long; then it is asked again. Milliseconds for seconds, or a
header that somebody's proxy made up, would else silence an account for years."""
DIGITS_MAX = 15


def number_in(header: str | None) -> int | None:
    """A header's whole number; None where it is none."""
    text = (header or "").strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= DIGITS_MAX else None


def at_unix(seconds: int | None) -> datetime | None:
    """A moment in Unix time, as far off as may be believed; None where it is over."""
    ahead_s = (seconds or 0) - time.time()
    return after_s(ahead_s) if ahead_s > 0 else None


def after_s(seconds: float) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=min(max(seconds, 0), REST_MAX.total_seconds()))


# --- answers of a shape that nobody expected

STUMBLES = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


@contextmanager
def readable() -> Iterator[None]:
    """Around reading: what it stumbles over is an answer that cannot be read, and nothing was done. Where in our code,
    and never over what: that may be a citizen's words."""
    try:
        yield
    except STUMBLES as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno}"
        raise Unreachable(Reason.UNREADABLE, where) from None


def reading(verb: Callable[..., Any]) -> Callable[..., Any]:
    """`verb`, a method or a generator, inside `readable`."""

    @wraps(verb)
    def whole(*args: Any, **named: Any) -> Any:
        with readable():
            return verb(*args, **named)

    @wraps(verb)
    def step_by_step(*args: Any, **named: Any) -> Any:
        with readable():
            yield from verb(*args, **named)

    return step_by_step if inspect.isgeneratorfunction(verb) else whole


def rows_in(answer: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """The list in an answer. One without it is no empty list: an unwell platform answers so, and whoever reads back
    would take it for "surely absent"."""
    rows = answer.get(key)
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise Unreachable(Reason.UNREADABLE, f"an answer without its list ({key})")
    return rows
