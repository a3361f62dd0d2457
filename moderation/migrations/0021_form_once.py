from django.conf import settings
from django.db import migrations, models


def name_twins_apart(apps, schema_editor):
    """A question that two taps at one moment stored twice: the later one keeps its words and gets a number of its own,
    which nobody was given."""
    messages = apps.get_model("moderation", "Message")
    asked = messages.objects.filter(account=None, kind="form").order_by("id")
    seen = set()
    for pk, office, number in asked.values_list("pk", "office", "remote_id").iterator():
        if (office, number) in seen:
            messages.objects.filter(pk=pk).update(remote_id=f"{number}-{pk}")
        seen.add((office, number))


class Migration(migrations.Migration):

    dependencies = [
        ('connectors', '0009_webhook_body_once'),
        ('moderation', '0020_own_thanks'),
        ('offices', '0004_letterhead'),
        ('scheduler', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(name_twins_apart, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.UniqueConstraint(condition=models.Q(('account', None), ('kind', 'form')), fields=('office', 'remote_id'), name='form_once'),
        ),
    ]
