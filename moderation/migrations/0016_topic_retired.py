from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('moderation', '0015_watched_comments'),
    ]

    operations = [
        migrations.AddField(
            model_name='topic',
            name='retired_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
