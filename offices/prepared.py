"""Statements that run all the time, made once: for a claim with its sub-queries Django's making costs ten times what
PostgreSQL and its driver need to run it.

Those that find their rows by a key PostgreSQL prepares as well, and keeps their plans: planning took it two thirds of
its time for a post. Not those that ask by time alone, whose kept plan could not know how few rows are meant; and none
behind a pooler, where the next statement may meet another server process.

    @prepared.update
    def hold(at: datetime, row: int) -> Change:
        return Outgoing.objects.due(at).filter(id=row), {"lease_until": at + LEASE}

The function describes the statement and is called once for each kind of database, with a `Slot` for each parameter
(its type says which field's values it takes); `hold(at, 7)` then fills them in. So it may pass them on to querysets,
and add a timedelta to a time, but never look at them: what depends on a value belongs into another statement.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Generic, ParamSpec, TypeVar
from uuid import UUID

from django.db import connection, connections, models
from django.db.models import sql
from django.db.models.expressions import Expression

Given = ParamSpec("Given")
Found = TypeVar("Found")
Change = tuple[models.QuerySet[Any], dict[str, Any]]

FIELDS: dict[Any, models.Field[Any, Any]] = {
    int: models.BigIntegerField(),
    int | None: models.BigIntegerField(null=True),
    str: models.TextField(),
    UUID: models.UUIDField(),
    datetime: models.DateTimeField(),
    Mapping[str, Any]: models.JSONField(),
}


class Slot(Expression):
    """A parameter that is filled in when the statement runs; of a time also what is added to it."""

    def __init__(self, name: str, field: models.Field[Any, Any], more: timedelta = timedelta(0)) -> None:
        super().__init__(output_field=field)
        self.name, self.more = name, more

    def __add__(self, more: object) -> "Slot":  # type: ignore[override]
        assert isinstance(more, timedelta)
        return Slot(self.name, self.output_field, self.more + more)

    def __sub__(self, less: object) -> "Slot":  # type: ignore[override]
        assert isinstance(less, timedelta)
        return self + -less

    def as_sql(self, *_: object) -> Any:
        return "%s", [self]

    def fill(self, values: Mapping[str, Any], database: Any) -> Any:
        value = values[self.name] + self.more if self.more else values[self.name]
        return self.output_field.get_db_prep_value(value, database)


class Prepared(Generic[Given]):
    """One statement; its text and its compiler for each kind of database."""

    by_key = True

    def __init__(self, describe: Callable[Given, Any]) -> None:
        self.describe = describe
        self.signature = inspect.signature(describe)
        self.made: dict[str, tuple[Any, str, tuple[Any, ...]]] = {}
        self.__doc__ = describe.__doc__

    def compiler(self, described: Any) -> Any:
        raise NotImplementedError

    def make(self) -> tuple[Any, str, tuple[Any, ...]]:
        slots = {name: Slot(name, FIELDS[one.annotation]) for name, one in self.signature.parameters.items()}
        compiler, text, parameters = self.written(self.describe(**slots))  # type: ignore[arg-type, call-arg]
        return compiler, *(spelt_out(text, parameters) if self.is_kept(connection) else (text, tuple(parameters)))

    def written(self, described: Any) -> tuple[Any, str, Sequence[Any]]:
        compiler = self.compiler(described)
        made = compiler.as_sql()
        return compiler, *(made[0] if isinstance(made, list) else made)  # an INSERT may be several

    def is_kept(self, database: Any) -> bool:
        """Whether PostgreSQL keeps it."""
        return self.by_key and database.settings_dict["OPTIONS"].get("prepare_threshold") is not None

    def run(self, cursor: Any, *given: Given.args, **named: Given.kwargs) -> Any:
        """The compiler, after its statement ran."""
        if connection.vendor not in self.made:
            self.made[connection.vendor] = self.make()
        compiler, text, parameters = self.made[connection.vendor]
        values = self.signature.bind(*given, **named).arguments
        database = connections[connection.alias]  # not by way of `connection`, which looks it up for each value
        if self.is_kept(database) and not database.queries_logged:  # a log shows what is sent as text
            cursor.cursor = preparing(database)
        cursor.execute(text, [one.fill(values, database) if isinstance(one, Slot) else one for one in parameters])
        return compiler


def spelt_out(text: str, parameters: Sequence[Any]) -> tuple[str, tuple[Slot, ...]]:
    """With the constants in the text: a plan that is kept can use an index of some rows only where it knows for sure
    that these are meant."""
    from psycopg.sql import Literal  # SQLite has no need of it

    head, *tails = text.split("%s")
    words, slots = [head], []
    for parameter, tail in zip(parameters, tails, strict=True):
        if isinstance(parameter, Slot):
            slots.append(parameter)
            words += ["%s", tail]
        else:
            words += [Literal(parameter).as_string(connection.connection).replace("%", "%%"), tail]
    return "".join(words), tuple(slots)


def preparing(database: Any) -> Any:
    """A cursor whose statements the server prepares at their first run (Django's own puts values into the text)."""
    from django.db.backends.postgresql.base import ServerBindingCursor

    cursor: Any = ServerBindingCursor(database.connection)  # type: ignore[call-arg]
    cursor.execute = partial(cursor.execute, prepare=True)
    return cursor


class update(Prepared[Given]):  # noqa: N801  a decorator
    """Rows and what becomes of them; the call says how many they were. No join: see `connectors.models`."""

    def compiler(self, described: Change) -> Any:
        return changing(*described)

    def __call__(self, *given: Given.args, **named: Given.kwargs) -> int:
        with connection.cursor() as cursor:
            self.run(cursor, *given, **named)
            return int(cursor.rowcount)


def changing(rows: models.QuerySet[Any], values: dict[str, Any]) -> Any:
    query: Any = rows.query.chain(sql.UpdateQuery)
    query.add_update_values(values)
    query.annotations = {}
    query.clear_ordering(force=True)
    return query.get_compiler(connection=connection)


class select(Prepared[Given], Generic[Given, Found]):  # noqa: N801  a decorator
    """Rows of a table, or (`values_list(…, flat=True)`) of one column, in a list."""

    by_key = False

    def __init__(self, describe: Callable[Given, models.QuerySet[Any, Found]]) -> None:
        super().__init__(describe)

    def compiler(self, described: models.QuerySet[Any, Found]) -> Any:
        compiler: Any = described.query.get_compiler(connection=connection)
        compiler.row_of = None if described._fields else described.model  # type: ignore[attr-defined]
        return compiler

    def make(self) -> tuple[Any, str, tuple[Any, ...]]:
        made = super().make()
        compiler, columns = made[0], [column for column, *_ in made[0].select]
        compiler.converters = compiler.get_converters(columns)
        compiler.names = [column.target.attname for column in columns] if compiler.row_of else []
        return made

    def __call__(self, *given: Given.args, **named: Given.kwargs) -> list[Found]:
        with connection.cursor() as cursor:
            compiler = self.run(cursor, *given, **named)
            rows = cursor.fetchall()
        found = compiler.apply_converters(rows, compiler.converters)
        if compiler.row_of is None:
            return [row[0] for row in found]
        return [compiler.row_of.from_db(connection.alias, compiler.names, row) for row in found]


class select_by_key(select[Given, Found]):  # noqa: N801  a decorator
    """As `select`; its rows are one row's, or one account's."""

    by_key = True


class update_returning(select_by_key[Given, Found]):  # noqa: N801  a decorator
    """As `update`; it gives the rows as they have become."""

    def __init__(self, describe: Callable[Given, tuple[models.QuerySet[Any, Found], dict[str, Any]]]) -> None:
        Prepared.__init__(self, describe)

    def written(self, described: Any) -> tuple[Any, str, Sequence[Any]]:
        rows, values = described
        reading = super().compiler(rows)
        reading.setup_query()
        text, parameters = changing(rows, values).as_sql()
        columns = ", ".join(reading.compile(column)[0] for column, *_ in reading.select)
        return reading, f"{text} RETURNING {columns}", parameters


class insert(Prepared[Given]):  # noqa: N801  a decorator
    """One new row, without its id."""

    def compiler(self, described: models.Model) -> Any:
        query = sql.InsertQuery(type(described))
        fields: Sequence[Any] = [one for one in described._meta.concrete_fields if not one.primary_key]
        query.insert_values(fields, [described])
        return query.get_compiler(connection=connection)

    def __call__(self, *given: Given.args, **named: Given.kwargs) -> None:
        with connection.cursor() as cursor:
            self.run(cursor, *given, **named)
