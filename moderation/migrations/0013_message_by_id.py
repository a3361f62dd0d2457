import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('connectors', '0005_media_trouble'),
        ('moderation', '0012_reply_windows'),
        ('offices', '0004_letterhead'),
        ('scheduler', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='message',
            name='account',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='incoming_messages', to='connectors.account'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(fields=['account', 'remote_id'], name='message_by_id'),
        ),
    ]
