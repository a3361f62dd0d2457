from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('moderation', '0009_figures'),
    ]

    operations = [
        migrations.AddField(
            model_name='topic',
            name='retired_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
