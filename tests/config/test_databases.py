"""The tests stand on the database that they say they stand on, set as in real use."""

import os
import subprocess
import sys

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


@pytest.mark.parametrize("pooled", ["0", "1"])
def test_behind_a_pooler_nothing_stays_on_the_server(pooled: str) -> None:
    """In transaction mode the next statement may meet another session, where no such cursor or statement is known."""
    asked = (
        "from config.settings import DATABASES; told = DATABASES['default'];"
        "print(told['DISABLE_SERVER_SIDE_CURSORS'], told['OPTIONS']['prepare_threshold'] is None)"
    )
    ours = {**os.environ, "TANGGAP_POSTGRES_HOST": "127.0.0.1", "TANGGAP_POSTGRES_POOLED": pooled}
    said = subprocess.run([sys.executable, "-c", asked], env=ours, capture_output=True, text=True, check=True).stdout
    assert said == f"{pooled == '1'} {pooled == '1'}\n"
