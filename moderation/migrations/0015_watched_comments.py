from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('connectors', '0005_media_trouble'),
        ('moderation', '0014_handling_joining'),
        ('offices', '0004_letterhead'),
        ('scheduler', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='chainlink',
            index=models.Index(fields=['about'], name='chain_about'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('case__isnull', False), ('erased_at', None), ('kind', 'comment')), fields=['account', 'looked_at'], name='message_to_look_at'),
        ),
    ]
