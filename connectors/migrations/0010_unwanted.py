from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('connectors', '0009_webhook_body_once'),
    ]

    operations = [
        migrations.AddField(
            model_name='outgoing',
            name='unwanted',
            field=models.CharField(max_length=30, null=True),
        ),
    ]
