"""How the database is emptied after a test that committed: only tables in which there is something.

Django empties every table and makes its permissions anew, which takes longer than most of these tests.
"""

from django.db import connections, transaction
from django.test import TransactionTestCase

STAYS = {"django_migrations", "django_content_type", "auth_permission"}
"""What making the database wrote: it belongs to no test."""


def empty(case: TransactionTestCase) -> None:
    for alias in case._databases_names(include_mirrors=False):  # type: ignore[attr-defined]
        connection = connections[alias]
        names = set(connection.introspection.django_table_names(only_existing=True)) - STAYS
        tables = [connection.ops.quote_name(name) for name in sorted(names)]
        holding = " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {table})" for table in tables)
        with transaction.atomic(using=alias), connection.cursor() as cursor:  # references are looked at in its end
            cursor.execute(holding)
            for (table,) in cursor.fetchall():
                cursor.execute(f"DELETE FROM {table}")


def instead_of_djangos() -> None:
    TransactionTestCase._fixture_teardown = empty  # type: ignore[attr-defined]
