import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('moderation', '0008_drafts'),
        ('offices', '0003_hours'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CountedCase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField()),
                ('what', models.CharField(max_length=16)),
                ('stage', models.CharField(blank=True, max_length=60)),
                ('topic', models.CharField(blank=True, max_length=60)),
                ('channel', models.CharField(blank=True, max_length=60)),
                ('unit', models.CharField(blank=True, max_length=60)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='counted', to='moderation.case')),
                ('office', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='offices.office')),
            ],
            options={
                'indexes': [models.Index(fields=['office', 'what', 'month', 'stage'], name='counted_case_of_figure')],
            },
        ),
        migrations.CreateModel(
            name='CountedMonth',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField()),
                ('up_to', models.PositiveBigIntegerField(default=0)),
                ('at', models.DateTimeField()),
                ('final', models.BooleanField(default=False)),
                ('office', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='counted_months', to='offices.office')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('office', 'month'), name='counted_month_once')],
            },
        ),
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('by', models.CharField(blank=True, max_length=6)),
                ('month', models.DateField()),
                ('what', models.CharField(max_length=16)),
                ('key', models.CharField(blank=True, max_length=60)),
                ('minutes', models.PositiveIntegerField(default=0)),
                ('n', models.PositiveIntegerField()),
                ('office', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tallies', to='offices.office')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('office', 'by', 'month', 'what', 'key', 'minutes'), name='tally_once')],
            },
        ),
        migrations.CreateModel(
            name='Target',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(2000), django.core.validators.MaxValueValidator(2200)])),
                ('indicator', models.CharField(max_length=12)),
                ('value', models.PositiveIntegerField(verbose_name='target')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('office', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='targets', to='offices.office')),
            ],
            options={
                'verbose_name': 'target',
                'verbose_name_plural': 'targets',
                'constraints': [models.UniqueConstraint(fields=('office', 'year', 'indicator'), name='target_once_a_year')],
            },
        ),
    ]
