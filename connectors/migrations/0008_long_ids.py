from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('connectors', '0007_shared_use'),
    ]

    operations = [
        migrations.AlterField(
            model_name='outgoing',
            name='remote_id',
            field=models.CharField(blank=True, max_length=255),
        ),
    ]
