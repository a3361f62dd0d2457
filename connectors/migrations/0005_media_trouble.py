from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('connectors', '0004_allowances'),
    ]

    operations = [
        migrations.AddField(
            model_name='account',
            name='media_trouble',
            field=models.CharField(blank=True, editable=False, max_length=20),
        ),
    ]
