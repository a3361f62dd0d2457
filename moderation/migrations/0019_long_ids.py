from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('moderation', '0018_corrected_messages'),
    ]

    operations = [
        migrations.AlterField(
            model_name='message',
            name='parent_remote_id',
            field=models.CharField(blank=True, max_length=255),
        ),
        migrations.AlterField(
            model_name='message',
            name='remote_id',
            field=models.CharField(blank=True, max_length=255),
        ),
        migrations.AlterField(
            model_name='message',
            name='thread',
            field=models.CharField(blank=True, max_length=255),
        ),
    ]
