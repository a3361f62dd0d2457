"""Many rows at once are what one by one would have been."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from connectors.base import Kind
from connectors.models import Outgoing
from offices.many import insert_many, new_row
from offices.models import Event
from tests.rows import an_account, an_office

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]


def writes(count: int) -> list[Outgoing]:
    account = an_account(an_office())
    due = datetime(2026, 12, 1, 8, tzinfo=UTC)
    payload = {"text": "Selamat “pagi” 🌞", "media": []}
    return [
        Outgoing(office=account.office, account=account, kind=Kind.PHOTO, payload=payload, due_at=due + timedelta(n))
        for n in range(count)
    ]


def test_many_rows_are_what_one_would_be() -> None:
    rows = writes(300)
    made = insert_many(rows)
    Outgoing(**{field.attname: getattr(rows[0], field.attname) for field in Outgoing._meta.concrete_fields} | {
        "id": None, "nonce": rows[0].nonce,
    }).save()  # fmt: skip
    *many, one = Outgoing.objects.order_by("id")
    assert [row.pk for row in made] == [row.pk for row in many]
    assert one.pk == many[-1].pk + 1  # whoever comes next gets the next id
    for field in Outgoing._meta.concrete_fields:
        if field.name not in ("id", "created_at"):
            assert getattr(many[0], field.attname) == getattr(one, field.attname), field.name
    assert timezone.now() - many[0].created_at < timedelta(minutes=1)
    assert len({row.nonce for row in many}) == 300
    assert not made[0]._state.adding
    made[0].save()
    assert Outgoing.objects.count() == 301


def test_a_new_row_is_what_its_model_would_make() -> None:
    account = an_account(an_office())
    given = {"office_id": account.office_id, "account_id": account.pk, "kind": Kind.PHOTO, "payload": {"media": []}}
    quick, other = new_row(Outgoing, **given), new_row(Outgoing, **given)
    usual = Outgoing(**given)
    assert vars(quick).keys() == vars(usual).keys()
    assert {**vars(quick), "nonce": 0, "_state": 0} == {**vars(usual), "nonce": 0, "_state": 0}
    assert (quick._state.adding, quick._state.db) == (usual._state.adding, usual._state.db)
    assert quick.nonce != other.nonce
    assert quick.handle is not other.handle
    quick.due_at = timezone.now()
    quick.save()
    assert Outgoing.objects.get() == quick
    assert quick.account == account


def test_what_a_transaction_undoes_leaves_nothing_and_constraints_hold() -> None:
    rows = writes(2)
    for row in rows:
        row.state = "sent"  # without its time
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_many(rows)
    assert not Outgoing.objects.exists()
    assert insert_many([]) == []
    office = rows[0].office
    first = insert_many([Event.of(office.id, "calendar.read", office, rows=1)])
    assert Event.objects.get(id=first[0].pk).data == {"rows": 1}
