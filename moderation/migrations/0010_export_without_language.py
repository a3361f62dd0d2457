from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('moderation', '0009_figures'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='export',
            name='language',
        ),
    ]
