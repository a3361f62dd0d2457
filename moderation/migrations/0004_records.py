import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('moderation', '0003_search'),
        ('offices', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='message',
            name='erased_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='message',
            name='looked_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='message',
            name='missing_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='evidence',
            name='state',
            field=models.CharField(choices=[('wanted', 'Being taken'), ('taken', 'Taken'), ('impossible', 'Not possible'), ('erased', 'Erased on request')], default='wanted', max_length=12),
        ),
        migrations.CreateModel(
            name='ChainLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField()),
                ('kind', models.CharField(choices=[('opened', 'Case opened'), ('message', 'Message'), ('changed', 'Message changed by its author'), ('evidence', 'Evidence'), ('answer', 'Answer'), ('handling', 'What was done (tindak lanjut)'), ('move', 'Noted in the history'), ('erasure', 'Personal data erased')], max_length=12)),
                ('about', models.CharField(max_length=60)),
                ('version', models.PositiveIntegerField(default=0)),
                ('digest', models.CharField(max_length=64)),
                ('previous', models.CharField(blank=True, max_length=64)),
                ('sum', models.CharField(max_length=64)),
                ('at', models.DateTimeField()),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links', to='moderation.case')),
                ('office', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='offices.office')),
            ],
            options={
                'verbose_name': "link of a case's chain",
                'verbose_name_plural': "links of cases' chains",
                'ordering': ['case', 'position'],
                'constraints': [models.UniqueConstraint(fields=('case', 'position'), name='chain_position_once')],
            },
        ),
        migrations.CreateModel(
            name='Check',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('next_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('asked_at', models.DateTimeField(blank=True, null=True)),
                ('checked_at', models.DateTimeField(blank=True, null=True)),
                ('links', models.PositiveIntegerField(default=0)),
                ('findings', models.JSONField(default=list)),
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='check_of_records', to='moderation.case')),
                ('office', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='offices.office')),
            ],
            options={
                'verbose_name': 'check of records',
                'verbose_name_plural': 'checks of records',
                'ordering': ['id'],
                'indexes': [models.Index(fields=['next_at'], name='check_next')],
            },
        ),
        migrations.CreateModel(
            name='Erasure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_by', models.CharField(max_length=150, verbose_name='who asks for it')),
                ('reason', models.CharField(max_length=300, verbose_name='why')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('covers', models.JSONField(default=list)),
                ('files', models.JSONField(default=list)),
                ('files_gone_at', models.DateTimeField(blank=True, null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='erasures', to='moderation.case')),
                ('office', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='offices.office')),
            ],
            options={
                'verbose_name': 'erasure',
                'verbose_name_plural': 'erasures',
                'ordering': ['id'],
                'indexes': [models.Index(condition=models.Q(('files_gone_at', None)), fields=['id'], name='erasure_files_left')],
            },
        ),
        migrations.CreateModel(
            name='MessageChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('was_text', models.TextField()),
                ('was_raw', models.JSONField(default=dict)),
                ('was_reasons', models.JSONField(default=list)),
                ('found_at', models.DateTimeField()),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='changes', to='moderation.message')),
                ('office', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='offices.office')),
            ],
            options={
                'verbose_name': 'changed message',
                'verbose_name_plural': 'changed messages',
                'ordering': ['message', 'number'],
                'constraints': [models.UniqueConstraint(fields=('message', 'number'), name='message_version_once')],
            },
        ),
    ]
