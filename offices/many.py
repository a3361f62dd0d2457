"""Thousands of new rows of one kind: one statement, made once, and each row a tuple.

Django's `bulk_create` makes each value anew through its field, column and compiler, and cuts the rows into statements
of some dozens (SQLite's parameters). Here a column's way to the database is chosen once, and PostgreSQL gets the rows
by COPY, in a fifth of the time that it needs for as many INSERTs. Call it in a transaction.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.db import connection, connections, models

Row = TypeVar("Row", bound=models.Model)
Way = Callable[[Any], Any]


def insert_many(rows: Sequence[Row]) -> list[Row]:
    """Store new rows and give them their ids. As `bulk_create`: no signals, no `save`; constraints hold."""
    if not rows:
        return []
    model = type(rows[0])
    fields: list[models.Field[Any, Any]] = list(model._meta.local_concrete_fields)
    quote = connection.ops.quote_name
    into = f"{quote(model._meta.db_table)} ({', '.join(quote(str(one.column)) for one in fields)})"
    ways = [(str(one.attname), way_of(one)) for one in fields]
    for row, number in zip(rows, new_ids(model, len(rows)), strict=True):
        row.pk = number
        for field in fields:
            if getattr(field, "auto_now_add", False):
                field.pre_save(row, add=True)
    write(into, [[way(getattr(row, name)) for name, way in ways] for row in rows])
    alias = connection.alias
    for row in rows:
        row._state.adding, row._state.db = False, alias
    return list(rows)


def write(into: str, rows: Sequence[Sequence[Any]]) -> None:
    """`into`: a table and its columns."""
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.executemany(f"INSERT INTO {into} VALUES ({', '.join(['%s'] * len(rows[0]))})", rows)  # noqa: S608
            return
        with connection.wrap_database_errors, cursor.copy(f"COPY {into} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)


def update_many(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Write these fields of rows that are known by their ids: one statement, made once. (Django's `bulk_update` makes
    one of so many WHENs that a calendar's thousand edits take seconds.)"""
    if not rows:
        return
    meta, quote = rows[0]._meta, connection.ops.quote_name
    fields = [field for field in meta.local_concrete_fields if field.name in names]
    changes = ", ".join(f"{quote(str(one.column))} = %s" for one in fields)
    statement = f"UPDATE {quote(meta.db_table)} SET {changes} WHERE id = %s"  # noqa: S608  names of ours
    ways = [(str(one.attname), way_of(one)) for one in fields]
    with connection.cursor() as cursor:
        cursor.executemany(statement, [[*(way(getattr(row, name)) for name, way in ways), row.pk] for row in rows])


def new_ids(model: type[models.Model], count: int) -> Sequence[int]:
    """Ids that nobody else gets. SQLite's one writer, which we are, may count on; PostgreSQL gives them out."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sequence = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
            cursor.execute(sequence, [table, count])
            return [number for (number,) in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
    last = int(found[0]) if found else 0
    return range(last + 1, last + 1 + count)


def way_of(field: models.Field[Any, Any]) -> Way:
    """How a value of this column goes to the database: as it is, where Django would do nothing to it either."""
    database = connections[connection.alias]  # not by way of `connection`, which looks it up for each value
    if isinstance(field, models.DateTimeField):
        adapt: Way = database.ops.adapt_datetimefield_value
        return adapt
    if isinstance(field, models.ForeignKey | models.AutoField | models.IntegerField | models.BooleanField):
        return lambda value: value
    if type(field) in (models.CharField, models.TextField):
        return lambda value: None if value is None else str(value)
    return lambda value: field.get_db_prep_save(value, database)
