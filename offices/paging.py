"""Keyset paging: a page starts after the last row of the one before, however many rows came in meanwhile."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.db.models import Q

ROWS = 30
AT_ONCE = 200

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Up to `ROWS` rows; `after` is the cursor of the next page, empty on the last."""

    rows: list[Row]
    after: str
    is_first: bool

    def __len__(self) -> int:
        return len(self.rows)


def page_of(
    rows: models.QuerySet[Row],
    order: tuple[str, ...],
    cursor: str = "",
    size: int = ROWS,
    shown: models.QuerySet[Row] | None = None,
) -> Page[Row]:
    """The rows after `cursor`, in `order` ("-urgent", "id": unique as a whole). An unreadable cursor starts anew.

    `shown`: how the list wants them, with all that it shows beside them. Then those of the page are chosen first, by
    their ids alone: asked for together, the database joins and sorts whole rows by the thousand to show thirty.
    """
    start = _after(rows.model, order, cursor) if cursor else None
    chosen = (rows.filter(start) if start is not None else rows).order_by(*order)
    if shown is not None:
        # as a list: given the question itself, PostgreSQL read all messages to find these
        ids = list(chosen.values_list("pk", flat=True)[: size + 1])
        chosen = shown.filter(pk__in=ids).order_by(*order)
    found = list(chosen[: size + 1])
    more = len(found) > size
    return Page(found[:size], _cursor(found[size - 1], order) if more else "", is_first=start is None)


def one_by_one(rows: models.QuerySet[Row]) -> Iterator[Row]:
    """All of them, by id. Read some at a time, and each time to the end: a read that stays open for hours lets SQLite's
    journal grow, and takes the right to write from who has it open as soon as somebody else writes."""
    last = 0
    while some := list(rows.filter(pk__gt=last).order_by("pk")[:AT_ONCE]):
        yield from some
        last = some[-1].pk


def _names(order: tuple[str, ...]) -> list[str]:
    return [name.removeprefix("-") for name in order]


def _cursor(row: models.Model, order: tuple[str, ...]) -> str:
    return ",".join(_text(row, name) for name in _names(order))


def _text(row: Any, name: str) -> str:
    value: Any = row
    for part in name.split("__"):
        value = getattr(value, part)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _after(model: type[models.Model], order: tuple[str, ...], cursor: str) -> Q | None:
    """(a, b) > (1, 2), written out: a > 1, or a = 1 and b > 2; with each field's own direction."""
    parts = cursor.split(",")
    if len(parts) != len(order):
        return None
    beyond, equal = Q(pk__in=[]), Q()
    for name, part in zip(order, parts, strict=True):
        plain = name.removeprefix("-")
        try:
            value = _field(model, plain).to_python(part)
        except (ValidationError, FieldDoesNotExist, OverflowError):
            return None
        step = "lt" if name.startswith("-") else "gt"
        beyond |= equal & Q(**{f"{plain}__{step}": value})
        equal &= Q(**{plain: value})
    return beyond


def _field(model: type[models.Model], name: str) -> models.Field[Any, Any]:
    field: Any = None
    for part in name.split("__"):
        if field is not None:
            model = field.related_model
        field = model._meta.get_field(part)
    found: models.Field[Any, Any] = field
    return found
