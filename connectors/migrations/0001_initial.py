import offices.sealed
import django.utils.timezone
import functools
import secrets
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Account',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('platform', models.CharField(choices=[('instagram', 'Instagram'), ('instagram_graph', 'Instagram (resmi)'), ('facebook', 'Facebook'), ('x', 'X'), ('whatsapp', 'WhatsApp'), ('youtube', 'YouTube'), ('website', 'Situs web')], max_length=20, verbose_name='platform')),
                ('handle', models.CharField(max_length=100, verbose_name='user name')),
                ('name', models.CharField(blank=True, max_length=120, verbose_name='name')),
                ('remote_id', models.CharField(blank=True, editable=False, max_length=100)),
                ('secrets', offices.sealed.SealedField(default=dict, editable=False)),
                ('session', offices.sealed.SealedField(default=dict, editable=False)),
                ('state', models.CharField(choices=[('new', 'Not checked yet'), ('green', 'Connected'), ('red', 'Needs a person')], default='new', editable=False, max_length=10)),
                ('reason', models.CharField(blank=True, editable=False, max_length=30)),
                ('last_ok_at', models.DateTimeField(editable=False, null=True)),
                ('last_error_at', models.DateTimeField(editable=False, null=True)),
                ('check_wanted_at', models.DateTimeField(editable=False, null=True)),
                ('checked_at', models.DateTimeField(editable=False, null=True)),
                ('connected_at', models.DateTimeField(editable=False, null=True)),
                ('permissions', models.JSONField(default=dict, editable=False)),
                ('quotas', models.JSONField(blank=True, default=dict)),
                ('quota_told', models.JSONField(default=dict, editable=False)),
                ('media_reachable', models.BooleanField(editable=False, null=True)),
                ('cursor', models.JSONField(default=dict, editable=False)),
                ('next_fetch_at', models.DateTimeField(editable=False, null=True)),
                ('failures', models.PositiveIntegerField(default=0, editable=False)),
                ('lane_token', models.UUIDField(editable=False, null=True)),
                ('lane_until', models.DateTimeField(editable=False, null=True)),
                ('parked_until', models.DateTimeField(editable=False, null=True)),
                ('next_post_at', models.DateTimeField(editable=False, null=True)),
            ],
            options={
                'verbose_name': 'account',
                'verbose_name_plural': 'accounts',
                'ordering': ['platform', 'handle'],
            },
        ),
        migrations.CreateModel(
            name='Letterbox',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(default=functools.partial(secrets.token_urlsafe, *(24,), **{}), editable=False, max_length=60, unique=True)),
                ('confirmed_at', models.DateTimeField(editable=False, null=True)),
                ('heard_at', models.DateTimeField(editable=False, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Outgoing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('text', 'text'), ('photo', 'photo'), ('carousel', 'carousel'), ('reel', 'reel'), ('video', 'video'), ('reply', 'reply'), ('dm', 'dm'), ('private_reply', 'private_reply'), ('hide', 'hide'), ('approve', 'approve'), ('spam', 'spam'), ('delete', 'delete')], max_length=15)),
                ('payload', models.JSONField()),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('held', 'Held: asks you'), ('queued', 'Queued'), ('sending', 'Being sent'), ('sent', 'Sent'), ('unknown', 'Being looked up'), ('late', 'Late: asks you'), ('failed', 'Refused'), ('withdrawn', 'Withdrawn')], default='queued', max_length=10)),
                ('due_at', models.DateTimeField()),
                ('not_before', models.DateTimeField(null=True)),
                ('late_at', models.DateTimeField(null=True)),
                ('nonce', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('handle', models.JSONField(default=dict)),
                ('token', models.UUIDField(null=True)),
                ('lease_until', models.DateTimeField(null=True)),
                ('attempted_at', models.DateTimeField(null=True)),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('looks', models.PositiveIntegerField(default=0)),
                ('asks', models.BooleanField(default=False)),
                ('reason', models.CharField(blank=True, max_length=30)),
                ('remote_id', models.CharField(blank=True, max_length=100)),
                ('permalink', models.CharField(blank=True, max_length=300)),
                ('sent_at', models.DateTimeField(null=True)),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('vanished_at', models.DateTimeField(null=True)),
                ('revision', models.PositiveIntegerField(default=0)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name='WebhookBody',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('body', models.BinaryField()),
                ('received_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('read', 'Read'), ('broken', 'Broken')], default='waiting', max_length=10)),
                ('tries', models.PositiveIntegerField(default=0)),
                ('problem', models.CharField(blank=True, max_length=60)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
    ]
