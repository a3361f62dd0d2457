import django.utils.timezone
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('thanks', 'Thank-you'), ('answer', 'Answer')], max_length=10)),
                ('text', models.TextField(verbose_name='answer')),
                ('by_hand_at', models.DateTimeField(blank=True, null=True)),
                ('taken_back_at', models.DateTimeField(blank=True, null=True)),
                ('followed_up', models.BooleanField(default=False)),
                ('key', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('thanks_key', models.CharField(blank=True, max_length=200, null=True, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'verbose_name': 'answer',
                'verbose_name_plural': 'answers',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=20, verbose_name='number')),
                ('label', models.CharField(choices=[('praise', 'Praise'), ('complaint', 'Complaint'), ('suggestion', 'Suggestion'), ('question', 'Question'), ('other', 'Other')], max_length=12, verbose_name='kind')),
                ('topic', models.CharField(blank=True, max_length=30)),
                ('urgent', models.BooleanField(default=False, verbose_name='urgent')),
                ('is_group', models.BooleanField(default=False)),
                ('post_remote_id', models.CharField(blank=True, max_length=100)),
                ('state', models.CharField(choices=[('open', 'Open'), ('answered', 'Answered'), ('closed', 'Closed')], default='open', max_length=10, verbose_name='state')),
                ('opened_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='opened')),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('acknowledged_at', models.DateTimeField(blank=True, null=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'case',
                'verbose_name_plural': 'cases',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='CaseCounter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveIntegerField()),
                ('last', models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Consultation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('way', models.CharField(choices=[('whatsapp_api', "by the desk's WhatsApp number"), ('share', "from one's own phone")], max_length=15)),
                ('question', models.TextField(verbose_name='question')),
                ('number', models.CharField(blank=True, max_length=20)),
                ('people', models.JSONField(default=list)),
                ('key', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('failure', models.CharField(blank=True, max_length=30)),
            ],
            options={
                'verbose_name': 'consultation',
                'verbose_name_plural': 'consultations',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='ConsultationReply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('remote_id', models.CharField(blank=True, max_length=200)),
                ('text', models.TextField(verbose_name='reply')),
                ('tapped', models.BooleanField(default=False)),
                ('quoted', models.BooleanField(default=True)),
                ('written_at', models.DateTimeField()),
                ('stored_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('set_aside', models.BooleanField(default=False)),
                ('adopted_at', models.DateTimeField(blank=True, null=True)),
                ('raw', models.JSONField(default=dict)),
            ],
            options={
                'verbose_name': 'reply to a consultation',
                'verbose_name_plural': 'replies to consultations',
                'ordering': ['written_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('rendering', 'Our own rendering'), ('public_page', 'The public page'), ('upload', 'Uploaded screenshot'), ('masked', 'For consulting, personal data covered')], max_length=12)),
                ('state', models.CharField(choices=[('wanted', 'Being taken'), ('taken', 'Taken'), ('impossible', 'Not possible')], default='wanted', max_length=12)),
                ('next_try_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('token', models.UUIDField(null=True)),
                ('tries', models.PositiveIntegerField(default=0)),
                ('reason', models.CharField(blank=True, max_length=40)),
                ('path', models.CharField(blank=True, max_length=200)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('size', models.PositiveIntegerField(default=0)),
                ('address', models.CharField(blank=True, max_length=400)),
                ('captured_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'evidence',
                'verbose_name_plural': 'evidence',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('comment', 'comment'), ('mention', 'mention'), ('dm', 'dm'), ('form', 'form'), ('by_hand', 'by_hand')], max_length=10)),
                ('channel', models.CharField(max_length=60, verbose_name='channel')),
                ('remote_id', models.CharField(blank=True, max_length=100)),
                ('post_remote_id', models.CharField(blank=True, max_length=100)),
                ('parent_remote_id', models.CharField(blank=True, max_length=100)),
                ('thread', models.CharField(blank=True, max_length=100)),
                ('author_id', models.CharField(blank=True, max_length=100)),
                ('author_handle', models.CharField(blank=True, max_length=100, verbose_name='user name')),
                ('author_name', models.CharField(blank=True, max_length=150, verbose_name='name')),
                ('text', models.TextField(verbose_name='message')),
                ('post_text', models.TextField(blank=True)),
                ('permalink', models.CharField(blank=True, max_length=300, verbose_name='link')),
                ('written_at', models.DateTimeField(verbose_name='written at')),
                ('stored_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('raw', models.JSONField(default=dict)),
                ('upload', models.FileField(blank=True, upload_to='by_hand/%Y/%m', verbose_name='screenshot')),
                ('state', models.CharField(choices=[('new', 'New'), ('thanks', 'Praise'), ('question', 'Question'), ('review', 'To be looked at'), ('case', 'In a case'), ('done', 'Done')], default='new', max_length=10)),
                ('label', models.CharField(blank=True, choices=[('praise', 'Praise'), ('complaint', 'Complaint'), ('suggestion', 'Suggestion'), ('question', 'Question'), ('other', 'Other')], max_length=12, verbose_name='kind')),
                ('judged_label', models.CharField(blank=True, choices=[('praise', 'Praise'), ('complaint', 'Complaint'), ('suggestion', 'Suggestion'), ('question', 'Question'), ('other', 'Other')], max_length=12)),
                ('action', models.CharField(blank=True, max_length=10)),
                ('flags', models.JSONField(default=list)),
                ('topic', models.CharField(blank=True, max_length=30)),
                ('language', models.CharField(blank=True, max_length=8)),
                ('confidence', models.FloatField(default=0)),
                ('reasons', models.JSONField(default=list)),
                ('lexicon_version', models.CharField(blank=True, max_length=16)),
            ],
            options={
                'verbose_name': 'message',
                'verbose_name_plural': 'messages',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Topic',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.CharField(max_length=30)),
                ('name', models.CharField(max_length=60, verbose_name='topic')),
            ],
            options={
                'verbose_name': 'topic',
                'verbose_name_plural': 'topics',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Trial',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.CharField(max_length=16)),
                ('right', models.BooleanField()),
                ('why', models.CharField(choices=[('sent', 'Sent with one tap'), ('declined', 'Turned down'), ('stopped', 'Stopped during its pause'), ('taken_back', 'Taken back after sending'), ('relabelled', 'It was no praise')], max_length=12)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'verbose_name': 'trial',
                'verbose_name_plural': 'trials',
                'ordering': ['at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Word',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('list', models.CharField(max_length=30)),
                ('word', models.CharField(max_length=60, verbose_name='word or phrase')),
                ('taken_out', models.BooleanField(default=False)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'verbose_name': 'word',
                'verbose_name_plural': 'words',
                'ordering': ['-id'],
            },
        ),
    ]
