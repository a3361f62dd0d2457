import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('connectors', '0001_initial'),
        ('offices', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='account',
            name='office',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='accounts', to='offices.office', verbose_name='office'),
        ),
        migrations.AddField(
            model_name='letterbox',
            name='account',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='letterbox', to='connectors.account'),
        ),
        migrations.AddField(
            model_name='outgoing',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='outgoing', to='connectors.account'),
        ),
        migrations.AddField(
            model_name='outgoing',
            name='office',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='outgoing', to='offices.office'),
        ),
        migrations.AddField(
            model_name='webhookbody',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='webhook_bodies', to='connectors.account'),
        ),
        migrations.AddField(
            model_name='webhookbody',
            name='office',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='webhook_bodies', to='offices.office'),
        ),
        migrations.AddIndex(
            model_name='account',
            index=models.Index(condition=models.Q(('state', 'green')), fields=['next_fetch_at'], name='account_to_fetch'),
        ),
        migrations.AddIndex(
            model_name='account',
            index=models.Index(condition=models.Q(('check_wanted_at__isnull', False)), fields=['check_wanted_at'], name='account_to_check'),
        ),
        migrations.AddConstraint(
            model_name='account',
            constraint=models.UniqueConstraint(fields=('platform', 'handle'), name='account_once'),
        ),
        migrations.AddIndex(
            model_name='outgoing',
            index=models.Index(condition=models.Q(('state', 'queued')), fields=['due_at', 'account'], name='outgoing_due'),
        ),
        migrations.AddIndex(
            model_name='outgoing',
            index=models.Index(condition=models.Q(('state', 'queued')), fields=['account', 'due_at', 'id'], name='outgoing_lane'),
        ),
        migrations.AddIndex(
            model_name='outgoing',
            index=models.Index(condition=models.Q(('state', 'queued')), fields=['late_at'], name='outgoing_late'),
        ),
        migrations.AddIndex(
            model_name='outgoing',
            index=models.Index(condition=models.Q(('state__in', ['sending', 'unknown'])), fields=['lease_until', 'account'], name='outgoing_look'),
        ),
        migrations.AddIndex(
            model_name='outgoing',
            index=models.Index(condition=models.Q(('remote_id', ''), _negated=True), fields=['account', 'remote_id'], name='outgoing_remote'),
        ),
        migrations.AddIndex(
            model_name='outgoing',
            index=models.Index(condition=models.Q(('state', 'sent'), ('vanished_at', None), models.Q(('remote_id', ''), _negated=True)), fields=['account', 'attempted_at'], name='outgoing_standing'),
        ),
        migrations.AddIndex(
            model_name='outgoing',
            index=models.Index(fields=['office', 'state', 'due_at'], name='outgoing_of_office'),
        ),
        migrations.AddConstraint(
            model_name='outgoing',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'sent'), _negated=True), ('sent_at__isnull', False), _connector='OR'), name='sent_has_its_time'),
        ),
        migrations.AddConstraint(
            model_name='outgoing',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'sending'), _negated=True), models.Q(('token__isnull', False), ('lease_until__isnull', False)), _connector='OR'), name='sending_has_its_lease'),
        ),
        migrations.AddConstraint(
            model_name='outgoing',
            constraint=models.UniqueConstraint(condition=models.Q(('remote_id', ''), _negated=True), fields=('account', 'kind', 'remote_id'), name='remote_id_once'),
        ),
        migrations.AddIndex(
            model_name='webhookbody',
            index=models.Index(condition=models.Q(('state', 'waiting')), fields=['id'], name='webhook_waiting'),
        ),
    ]
