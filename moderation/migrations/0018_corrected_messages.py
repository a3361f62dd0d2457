from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('connectors', '0007_shared_use'),
        ('moderation', '0017_words_begun'),
        ('offices', '0004_letterhead'),
        ('scheduler', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(models.Q(('judged_label', ''), _negated=True), models.Q(('label', models.F('judged_label')), _negated=True)), fields=['office', '-id'], name='message_corrected'),
        ),
    ]
