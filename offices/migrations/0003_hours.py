import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('offices', '0002_outbox'),
    ]

    operations = [
        migrations.CreateModel(
            name='DayOff',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='day')),
                ('name', models.CharField(max_length=120, verbose_name='what it is')),
                ('works', models.BooleanField(default=False, verbose_name='a working day')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('office', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='days_off', to='offices.office')),
            ],
            options={
                'verbose_name': 'day off',
                'verbose_name_plural': 'days off',
                'ordering': ['day'],
                'constraints': [models.UniqueConstraint(fields=('office', 'day'), name='day_off_once')],
            },
        ),
        migrations.CreateModel(
            name='WorkingSpan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weekday', models.PositiveSmallIntegerField()),
                ('begins', models.PositiveSmallIntegerField()),
                ('ends', models.PositiveSmallIntegerField()),
                ('office', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='working_spans', to='offices.office')),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='working_spans', to='offices.unit')),
            ],
            options={
                'verbose_name': 'working hours',
                'verbose_name_plural': 'working hours',
                'ordering': ['weekday', 'begins'],
                'indexes': [models.Index(fields=['office', 'unit', 'weekday'], name='working_span_of_office')],
                'constraints': [models.CheckConstraint(condition=models.Q(('weekday__lt', 7)), name='working_span_on_a_weekday'), models.CheckConstraint(condition=models.Q(('begins__lt', models.F('ends')), ('ends__lte', 1440)), name='working_span_in_a_day')],
            },
        ),
    ]
