from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('connectors', '0002_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='account',
            name='woken_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
