from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('connectors', '0010_unwanted'),
    ]

    operations = [
        migrations.AlterField(
            model_name='account',
            name='state',
            field=models.CharField(choices=[('new', 'Not checked yet'), ('green', 'Connected'), ('red', 'Needs a person'), ('off', 'Disconnected')], default='new', editable=False, max_length=10),
        ),
    ]
