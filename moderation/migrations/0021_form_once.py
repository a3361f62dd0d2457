from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('connectors', '0009_webhook_body_once'),
        ('moderation', '0020_own_thanks'),
        ('offices', '0004_letterhead'),
        ('scheduler', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='message',
            constraint=models.UniqueConstraint(condition=models.Q(('account', None), ('kind', 'form')), fields=('office', 'remote_id'), name='form_once'),
        ),
    ]
