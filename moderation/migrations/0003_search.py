"""The text index of the inbox's and the cases' search: PostgreSQL alone (trigrams; SQLite is for one office's rows)."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

# Django asks "contains" as UPPER(column::text) LIKE UPPER('%…%'): the index holds exactly that.
INDEX = """
CREATE INDEX message_search ON moderation_message USING gin (
    UPPER(text) gin_trgm_ops, UPPER(author_name::text) gin_trgm_ops, UPPER(author_handle::text) gin_trgm_ops
)
"""


def make(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        schema_editor.execute(INDEX)


def drop(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX IF EXISTS message_search")


class Migration(migrations.Migration):
    dependencies = [("moderation", "0002_initial")]
    operations = [migrations.RunPython(make, drop)]
