from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('connectors', '0011_disconnected'),
    ]

    operations = [
        migrations.AddField(
            model_name='account',
            name='page_name',
            field=models.CharField(blank=True, editable=False, max_length=100),
        ),
    ]
