from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('moderation', '0021_form_once'),
        ('offices', '0005_notice_of_address'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='evidence',
            index=models.Index(fields=['path'], name='evidence_of_file'),
        ),
    ]
