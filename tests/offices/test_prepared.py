"""Prepared statements say what their querysets say, on each database, and are made once."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import F, QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from connectors.models import Outgoing
from offices import prepared
from offices.models import Event, Office, write_event
from tests.rows import an_account, an_office, an_outgoing

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
HOUR = timedelta(hours=1)
described: list[str] = []


@prepared.update
def move(row: int, at: datetime, token: uuid.UUID, handle: Mapping[str, Any], reason: str) -> prepared.Change:
    described.append("move")
    became = {
        "not_before": at + HOUR,
        "token": token,
        "handle": handle,
        "reason": reason,
        "attempts": F("attempts") + 1,
    }
    return Outgoing.objects.due(at).filter(id=row), became


@prepared.select
def due(at: datetime) -> QuerySet[Outgoing]:
    return Outgoing.objects.due(at - HOUR + HOUR).order_by("-id")


@prepared.select
def due_ids(at: datetime) -> QuerySet[Outgoing, int]:
    return Outgoing.objects.due(at).order_by("id").values_list("id", flat=True)[:2]


AWKWARD = "100 %s of 'them' %"


@prepared.update
def say(row: int) -> prepared.Change:
    return Outgoing.objects.filter(id=row).exclude(reason=AWKWARD), {"reason": AWKWARD}


@prepared.select_by_key
def of_account(account: int, at: datetime) -> QuerySet[Outgoing]:
    return Outgoing.objects.due(at).filter(account=account).order_by("id")


@prepared.update_returning
def hold(row: int, at: datetime, token: uuid.UUID) -> tuple[QuerySet[Outgoing], dict[str, Any]]:
    return Outgoing.objects.due(at).filter(id=row), {"token": token, "attempts": F("attempts") + 1, "due_at": at + HOUR}


@pytest.fixture
def rows() -> list[Outgoing]:
    account = an_account(an_office())
    return [an_outgoing(account, due_at=timezone.now() - HOUR, handle={"a": [1, None]}) for _ in range(3)]


def test_an_update_changes_what_its_queryset_holds_and_says_how_many(rows: list[Outgoing]) -> None:
    at, token = timezone.now(), uuid.uuid4()
    assert move(rows[1].id, at, token, {"upload": "é", "n": 2}, "why") == 1
    assert move(rows[1].id, at, token, {}, "again") == 0  # it is not due any more
    assert move(rows[2].id, at - 2 * HOUR, token, {}, "not yet") == 0
    moved = Outgoing.objects.get(id=rows[1].id)
    assert (moved.not_before, moved.token, moved.handle) == (at + HOUR, token, {"upload": "é", "n": 2})
    assert (moved.reason, moved.attempts) == ("why", 1)
    assert Outgoing.objects.filter(reason="").count() == 2
    assert len(described) == 1


def test_a_select_gives_the_rows_that_its_queryset_gives(rows: list[Outgoing]) -> None:
    at = timezone.now()
    found = due(at)
    assert [vars_of(one) for one in found] == [vars_of(one) for one in Outgoing.objects.due(at).order_by("-id")]
    assert len(found) == 3
    assert due_ids(at) == [rows[0].id, rows[1].id]
    assert due_ids(at - 2 * HOUR) == []
    found[0].reason = "kept"
    found[0].save()
    assert Outgoing.objects.get(id=found[0].id).reason == "kept"


def test_a_constant_is_said_as_it_is(rows: list[Outgoing]) -> None:
    assert [say(rows[0].id), say(rows[0].id), say(rows[1].id)] == [1, 0, 1]
    assert list(Outgoing.objects.order_by("id").values_list("reason", flat=True)) == [AWKWARD, AWKWARD, ""]


def test_postgresql_keeps_what_finds_its_rows_by_a_key(rows: list[Outgoing]) -> None:
    at = timezone.now()
    for _ in range(7):  # its sixth run is the first by a plan that was kept
        assert [one.id for one in of_account(rows[0].account_id, at)] == [one.id for one in rows]
        assert len(due(at)) == 3
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT statement, generic_plans FROM pg_prepared_statements")
            kept = cursor.fetchall()
        assert [(text, times) for text, times in kept if "connectors_outgoing" in text] == [(of_account_text(), 2)]


def of_account_text() -> str:
    """As PostgreSQL was told it: no state and no limit is left open."""
    _compiler, text, slots = of_account.made["postgresql"]
    assert "'queued'" in text
    for number in range(1, len(slots) + 1):
        text = text.replace("%s", f"${number}", 1)
    return text


def test_an_update_can_give_the_rows_as_they_have_become(rows: list[Outgoing]) -> None:
    at, token = timezone.now(), uuid.uuid4()
    with CaptureQueriesContext(connection) as seen:
        held = hold(rows[1].id, at, token)
        assert hold(rows[1].id, at, uuid.uuid4()) == []  # it is due in an hour
    assert len(seen) == 2
    assert [(one.id, one.token, one.attempts, one.due_at, one.handle) for one in held] == [
        (rows[1].id, token, 1, at + HOUR, {"a": [1, None]})
    ]
    assert vars_of(held[0]) == vars_of(Outgoing.objects.get(id=rows[1].id))


def vars_of(row: Outgoing) -> dict[str, Any]:
    return {name: value for name, value in vars(row).items() if name != "_state"}


def test_an_insert_writes_one_row_in_one_statement() -> None:
    office, at = an_office(), timezone.now()
    for data in ({}, {"why": "\"'%s"}):
        with CaptureQueriesContext(connection) as seen:
            write_event(office.pk, at, None, "case.opened", "case:1", data)
        assert len(seen) == 1
    first, second = Event.objects.order_by("id")
    assert (first.office, first.at, first.actor, first.data) == (Office.objects.get(), at, None, {})
    assert second.data == {"why": "\"'%s"}
