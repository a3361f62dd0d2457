import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('connectors', '0003_account_woken_at'),
        ('moderation', '0007_exports'),
        ('offices', '0003_hours'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CannedText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.CharField(blank=True, max_length=30)),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('purpose', models.CharField(choices=[('answer', 'For an answer'), ('received', '“Received, being handled”'), ('private', 'Asks for details in private')], default='answer', max_length=10, verbose_name='what it is for')),
                ('text', models.TextField(max_length=900, verbose_name='text')),
                ('is_on', models.BooleanField(default=True)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'verbose_name': 'canned text',
                'verbose_name_plural': 'canned texts',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(verbose_name='draft')),
                ('private', models.BooleanField(default=False)),
                ('state', models.CharField(choices=[('written', 'Draft'), ('submitted', 'Waits for approval'), ('approved', 'Approved'), ('returned', 'Returned'), ('sent', 'Sent'), ('dropped', 'Dropped')], default='written', max_length=10)),
                ('key', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('written_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('submitted_at', models.DateTimeField(blank=True, null=True)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('why', models.CharField(blank=True, max_length=500)),
            ],
            options={
                'verbose_name': 'draft',
                'verbose_name_plural': 'drafts',
                'ordering': ['id'],
            },
        ),
        migrations.AddField(
            model_name='message',
            name='turns',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name='answer',
            name='kind',
            field=models.CharField(choices=[('thanks', 'Thank-you'), ('answer', 'Answer'), ('there', 'Answered on the platform by staff'), ('received', '“Received, being handled”'), ('request', 'Request for details, in private')], max_length=10),
        ),
        migrations.AddConstraint(
            model_name='answer',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'received')), fields=('case',), name='received_once_a_case'),
        ),
        migrations.AddField(
            model_name='cannedtext',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='cannedtext',
            name='office',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='canned_texts', to='offices.office'),
        ),
        migrations.AddField(
            model_name='draft',
            name='answer',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='draft', to='moderation.answer'),
        ),
        migrations.AddField(
            model_name='draft',
            name='author',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='drafts', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='draft',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='drafts', to='moderation.case'),
        ),
        migrations.AddField(
            model_name='draft',
            name='decided_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='draft',
            name='message',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='drafts', to='moderation.message'),
        ),
        migrations.AddField(
            model_name='draft',
            name='office',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='drafts', to='offices.office'),
        ),
        migrations.AddField(
            model_name='draft',
            name='source',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='drafts', to='moderation.consultationreply'),
        ),
        migrations.AddField(
            model_name='draft',
            name='submitted_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='cannedtext',
            constraint=models.UniqueConstraint(condition=models.Q(('slug', ''), _negated=True), fields=('office', 'slug'), name='canned_text_once_in_office'),
        ),
        migrations.AddIndex(
            model_name='draft',
            index=models.Index(condition=models.Q(('state__in', ('written', 'submitted', 'approved', 'returned'))), fields=['case', 'id'], name='draft_live'),
        ),
        migrations.AddConstraint(
            model_name='draft',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'approved'), _negated=True), ('decided_at__isnull', False), _connector='OR'), name='approved_draft_has_its_time'),
        ),
    ]
