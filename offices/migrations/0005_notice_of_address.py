from typing import Any

from django.db import migrations, models


def lead_to_what_was_written(apps: Any, schema_editor: Any) -> None:
    """Notices of writes had no address of their own."""
    notices = apps.get_model("offices", "Notice").objects
    told = notices.filter(kind__startswith="outgoing_", address="").values_list("id", "data")
    for pk, data in told.iterator(chunk_size=2000):
        notices.filter(id=pk).update(address=f"/kiriman/{data['outgoing_id']}/")


class Migration(migrations.Migration):

    dependencies = [
        ('offices', '0004_letterhead'),
    ]

    operations = [
        migrations.RunPython(lead_to_what_was_written, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(fields=['address'], name='notice_of_address'),
        ),
    ]
