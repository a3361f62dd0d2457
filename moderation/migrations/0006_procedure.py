import datetime
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('connectors', '0002_initial'),
        ('moderation', '0005_held_and_staff_answers'),
        ('offices', '0003_hours'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Procedure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(verbose_name='text')),
                ('sha256', models.CharField(max_length=64)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'verbose_name': 'procedure',
                'verbose_name_plural': 'procedures',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Step',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('round', models.PositiveSmallIntegerField(default=1)),
                ('place', models.PositiveSmallIntegerField()),
                ('key', models.CharField(max_length=60)),
                ('state', models.CharField(choices=[('running', 'Running'), ('paused', 'Waiting for the citizen'), ('ended', 'Ended'), ('stopped', 'Stopped with the case')], default='running', max_length=10, verbose_name='state')),
                ('begun_at', models.DateTimeField(verbose_name='begun')),
                ('due_at', models.DateTimeField(blank=True, null=True, verbose_name='due')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended')),
                ('output', models.CharField(blank=True, max_length=12)),
                ('late_minutes', models.PositiveIntegerField(blank=True, null=True)),
                ('looked', models.PositiveSmallIntegerField(default=0)),
                ('next_look_at', models.DateTimeField(blank=True, null=True)),
                ('overdue_at', models.DateTimeField(blank=True, null=True)),
                ('paused_at', models.DateTimeField(blank=True, null=True)),
                ('paused_why', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'verbose_name': 'stage of a case',
                'verbose_name_plural': 'stages of cases',
                'ordering': ['round', 'place'],
            },
        ),
        migrations.RemoveIndex(
            model_name='case',
            name='case_list',
        ),
        migrations.AddField(
            model_name='case',
            name='due_at',
            field=models.DateTimeField(default=datetime.datetime(9999, 1, 1, 0, 0, tzinfo=datetime.timezone.utc), verbose_name='due'),
        ),
        migrations.AddField(
            model_name='case',
            name='whole_due_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='procedure',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='procedure',
            name='office',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='procedures', to='offices.office'),
        ),
        migrations.AddField(
            model_name='case',
            name='procedure',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='moderation.procedure'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['office', 'state', '-urgent', 'due_at', 'id'], name='case_list'),
        ),
        migrations.AddField(
            model_name='step',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='moderation.case'),
        ),
        migrations.AddField(
            model_name='step',
            name='ended_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='step',
            name='office',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='offices.office'),
        ),
        migrations.AddField(
            model_name='step',
            name='paused_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='step',
            name='procedure',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='moderation.procedure'),
        ),
        migrations.AddField(
            model_name='step',
            name='together',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='others', to='moderation.step'),
        ),
        migrations.AddField(
            model_name='step',
            name='waits_for',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='moderation.message'),
        ),
        migrations.AddIndex(
            model_name='procedure',
            index=models.Index(fields=['office', '-id'], name='procedure_of_office'),
        ),
        migrations.AddConstraint(
            model_name='procedure',
            constraint=models.UniqueConstraint(condition=models.Q(('office', None)), fields=('sha256',), name='procedure_shipped_once'),
        ),
        migrations.AddIndex(
            model_name='step',
            index=models.Index(condition=models.Q(('state', 'running')), fields=['next_look_at'], name='step_to_look_at'),
        ),
        migrations.AddIndex(
            model_name='step',
            index=models.Index(fields=['office', 'state', 'due_at'], name='step_of_office'),
        ),
        migrations.AddIndex(
            model_name='step',
            index=models.Index(fields=['office', 'ended_at'], name='step_ended'),
        ),
        migrations.AddIndex(
            model_name='step',
            index=models.Index(condition=models.Q(('state', 'paused')), fields=['waits_for'], name='step_paused'),
        ),
        migrations.AddConstraint(
            model_name='step',
            constraint=models.UniqueConstraint(fields=('case', 'round', 'place'), name='step_once_a_round'),
        ),
        migrations.AddConstraint(
            model_name='step',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['running', 'paused'])), fields=('case',), name='one_open_step_a_case'),
        ),
        migrations.AddConstraint(
            model_name='step',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'ended'), _negated=True), ('ended_at__isnull', False), _connector='OR'), name='ended_step_has_its_end'),
        ),
        migrations.AddConstraint(
            model_name='step',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'paused'), _negated=True), ('paused_at__isnull', False), _connector='OR'), name='paused_step_has_its_pause'),
        ),
    ]
