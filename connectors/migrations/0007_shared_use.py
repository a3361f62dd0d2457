from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('connectors', '0006_who_decides'),
    ]

    operations = [
        migrations.CreateModel(
            name='SharedUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('project', models.CharField(max_length=64)),
                ('period', models.CharField(max_length=10)),
                ('name', models.CharField(max_length=20)),
                ('used', models.PositiveIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('project', 'period', 'name'), name='shared_use_once')],
            },
        ),
    ]
