import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('connectors', '0005_media_trouble'),
        ('moderation', '0013_message_by_id'),
        ('offices', '0004_letterhead'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Handling',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(choices=[('done', 'Done'), ('not_done', 'Not done, and why'), ('elsewhere', 'Not our authority: where to go')], default='done', max_length=10, verbose_name='outcome')),
                ('what', models.TextField(verbose_name='what was done, or why not')),
                ('unit', models.CharField(blank=True, max_length=120, verbose_name='by which unit')),
                ('where', models.CharField(blank=True, max_length=200, verbose_name='where to go')),
                ('done_on', models.DateField(verbose_name='when')),
                ('final', models.BooleanField(default=True)),
                ('noted_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('key', models.UUIDField(default=uuid.uuid4, unique=True)),
            ],
            options={
                'verbose_name': 'tindak lanjut',
                'verbose_name_plural': 'tindak lanjut',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Note',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(verbose_name='note')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('key', models.UUIDField(default=uuid.uuid4, unique=True)),
            ],
            options={
                'verbose_name': 'note',
                'verbose_name_plural': 'notes',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Satisfaction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('way', models.CharField(choices=[('thread', 'in the thread'), ('link', 'by a link in private')], max_length=10)),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('expires_at', models.DateTimeField()),
                ('key', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('solved', models.BooleanField(null=True)),
                ('words', models.CharField(blank=True, max_length=300, verbose_name='in a sentence')),
                ('said_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'question whether it was solved',
                'verbose_name_plural': 'questions whether it was solved',
                'ordering': ['id'],
            },
        ),
        migrations.AddField(
            model_name='case',
            name='duplicate_of',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='duplicates', to='moderation.case'),
        ),
        migrations.AddField(
            model_name='case',
            name='handled_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='case',
            name='handler',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='handed_cases', to='offices.office', verbose_name='with'),
        ),
        migrations.AlterField(
            model_name='answer',
            name='kind',
            field=models.CharField(choices=[('thanks', 'Thank-you'), ('answer', 'Answer'), ('solved', '“Was this solved?”'), ('there', 'Answered on the platform by staff'), ('received', '“Received, being handled”'), ('request', 'Request for details, in private')], max_length=10),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('handler__isnull', False)), fields=['handler', '-id'], name='case_handler'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('handled_at', None), ('label', 'complaint'), ('state', 'answered')), fields=['office', 'answered_at'], name='case_unhandled'),
        ),
        migrations.AddField(
            model_name='handling',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='handlings', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='handling',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='handlings', to='moderation.case'),
        ),
        migrations.AddField(
            model_name='handling',
            name='office',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='handlings', to='offices.office'),
        ),
        migrations.AddField(
            model_name='note',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='notes', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='note',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='moderation.case'),
        ),
        migrations.AddField(
            model_name='note',
            name='office',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='offices.office'),
        ),
        migrations.AddField(
            model_name='satisfaction',
            name='answer',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='satisfaction', to='moderation.answer'),
        ),
        migrations.AddField(
            model_name='satisfaction',
            name='asked_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='satisfaction',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='satisfactions', to='moderation.case'),
        ),
        migrations.AddField(
            model_name='satisfaction',
            name='message',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='satisfactions', to='moderation.message'),
        ),
        migrations.AddField(
            model_name='satisfaction',
            name='office',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='satisfactions', to='offices.office'),
        ),
        migrations.AddField(
            model_name='satisfaction',
            name='recorded_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='satisfaction',
            name='reply',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='moderation.message'),
        ),
        migrations.AddConstraint(
            model_name='handling',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'elsewhere'), _negated=True), models.Q(('where', ''), _negated=True), _connector='OR'), name='elsewhere_says_where'),
        ),
        migrations.AddIndex(
            model_name='satisfaction',
            index=models.Index(fields=['message', '-id'], name='satisfaction_of_message'),
        ),
        migrations.AddConstraint(
            model_name='satisfaction',
            constraint=models.CheckConstraint(condition=models.Q(('solved', None), ('said_at__isnull', False), _connector='OR'), name='said_has_its_time'),
        ),
    ]
