import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('connectors', '0002_initial'),
        ('moderation', '0006_procedure'),
        ('offices', '0003_hours'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Export',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('xlsx', 'Register, Excel'), ('csv', 'Register, CSV'), ('pdf', 'Register, printable'), ('surat_masuk', 'Case folder, as incoming mail (surat masuk)'), ('nota_dinas', 'Case folder, with a memo (nota dinas)')], max_length=12)),
                ('filters', models.JSONField(default=dict)),
                ('whole', models.BooleanField(default=False)),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('language', models.CharField(default='id', max_length=5)),
                ('state', models.CharField(choices=[('wanted', 'Being made'), ('made', 'Ready'), ('failed', 'Not made'), ('dropped', 'No longer kept')], default='wanted', max_length=10)),
                ('next_try_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('token', models.UUIDField(null=True)),
                ('tries', models.PositiveIntegerField(default=0)),
                ('reason', models.CharField(blank=True, max_length=40)),
                ('done', models.PositiveIntegerField(default=0)),
                ('total', models.PositiveIntegerField(default=0)),
                ('path', models.CharField(blank=True, max_length=200)),
                ('name', models.CharField(blank=True, max_length=120)),
                ('size', models.PositiveBigIntegerField(default=0)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('made_at', models.DateTimeField(blank=True, null=True)),
                ('drop_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'file made',
                'verbose_name_plural': 'files made',
                'ordering': ['-id'],
            },
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['office', 'opened_at', 'id'], name='case_register'),
        ),
        migrations.AddField(
            model_name='export',
            name='asked_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='exports', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='export',
            name='case',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='exports', to='moderation.case'),
        ),
        migrations.AddField(
            model_name='export',
            name='office',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='exports', to='offices.office'),
        ),
        migrations.AddIndex(
            model_name='export',
            index=models.Index(condition=models.Q(('state', 'wanted')), fields=['next_try_at'], name='export_wanted'),
        ),
        migrations.AddIndex(
            model_name='export',
            index=models.Index(condition=models.Q(('state', 'made')), fields=['drop_at'], name='export_old'),
        ),
        migrations.AddIndex(
            model_name='export',
            index=models.Index(fields=['asked_by', '-id'], name='export_of_officer'),
        ),
        migrations.AddIndex(
            model_name='export',
            index=models.Index(fields=['case', '-id'], name='export_of_case'),
        ),
        migrations.AddConstraint(
            model_name='export',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'made'), _negated=True), models.Q(('path', ''), _negated=True), _connector='OR'), name='made_has_its_file'),
        ),
    ]
