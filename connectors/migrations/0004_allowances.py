import connectors.base
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('connectors', '0003_account_woken_at'),
        ('offices', '0003_hours'),
    ]

    operations = [
        migrations.AddField(
            model_name='account',
            name='allowances',
            field=models.JSONField(default=list, editable=False),
        ),
        migrations.AddIndex(
            model_name='outgoing',
            index=models.Index(condition=models.Q(('kind__in', [connectors.base.Kind['CAROUSEL'], connectors.base.Kind['PHOTO'], connectors.base.Kind['REEL'], connectors.base.Kind['TEXT'], connectors.base.Kind['VIDEO']]), ('state', 'sent')), fields=['account', 'sent_at'], name='outgoing_posts'),
        ),
    ]
