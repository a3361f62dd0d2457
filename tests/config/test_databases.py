"""The tests stand on the database that they say they stand on, set as in real use."""

import pytest
from django.db import connection

from offices.models import Office
from tests import settings

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_the_database_is_the_one_that_was_asked_for() -> None:
    assert connection.vendor == ("postgresql" if settings.ON_POSTGRESQL else "sqlite")
    assert not Office.objects.filter(slug="nowhere").update(name="Claimed by nobody")
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode")
            assert cursor.fetchone() == ("wal",)
        assert str(connection.settings_dict["NAME"]).startswith(
            str(settings.TEST_ROOT / "test")
        )  # …_gw1 where shared out
