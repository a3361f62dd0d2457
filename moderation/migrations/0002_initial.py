import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('connectors', '0002_initial'),
        ('moderation', '0001_initial'),
        ('offices', '0001_initial'),
        ('scheduler', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='answer',
            name='author',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='answers', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='answer',
            name='office',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='offices.office'),
        ),
        migrations.AddField(
            model_name='answer',
            name='outgoing',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='answer', to='connectors.outgoing'),
        ),
        migrations.AddField(
            model_name='case',
            name='account',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='connectors.account'),
        ),
        migrations.AddField(
            model_name='case',
            name='office',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='cases', to='offices.office'),
        ),
        migrations.AddField(
            model_name='case',
            name='officer',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='cases', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='answer',
            name='case',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='moderation.case'),
        ),
        migrations.AddField(
            model_name='casecounter',
            name='office',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='offices.office'),
        ),
        migrations.AddField(
            model_name='consultation',
            name='asked_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='consultation',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consultations', to='moderation.case'),
        ),
        migrations.AddField(
            model_name='consultation',
            name='office',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='consultations', to='offices.office'),
        ),
        migrations.AddField(
            model_name='consultation',
            name='officer',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='consultations', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='consultation',
            name='outgoing',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='consultation', to='connectors.outgoing'),
        ),
        migrations.AddField(
            model_name='consultationreply',
            name='consultation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='replies', to='moderation.consultation'),
        ),
        migrations.AddField(
            model_name='consultationreply',
            name='entered_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='consultationreply',
            name='office',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='consultation_replies', to='offices.office'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='case',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='moderation.case'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='office',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='evidence', to='offices.office'),
        ),
        migrations.AddField(
            model_name='consultation',
            name='picture',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='consultations', to='moderation.evidence'),
        ),
        migrations.AddField(
            model_name='message',
            name='account',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='incoming_messages', to='connectors.account'),
        ),
        migrations.AddField(
            model_name='message',
            name='case',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='incoming_messages', to='moderation.case'),
        ),
        migrations.AddField(
            model_name='message',
            name='delivery',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='incoming_messages', to='scheduler.delivery'),
        ),
        migrations.AddField(
            model_name='message',
            name='entered_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='message',
            name='office',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='incoming_messages', to='offices.office'),
        ),
        migrations.AddField(
            model_name='evidence',
            name='message',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='moderation.message'),
        ),
        migrations.AddField(
            model_name='consultation',
            name='message',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consultations', to='moderation.message'),
        ),
        migrations.AddField(
            model_name='answer',
            name='message',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='moderation.message'),
        ),
        migrations.AddField(
            model_name='topic',
            name='office',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='topics', to='offices.office'),
        ),
        migrations.AddField(
            model_name='topic',
            name='owner',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='topics', to=settings.AUTH_USER_MODEL, verbose_name='programme owner'),
        ),
        migrations.AddField(
            model_name='trial',
            name='answer',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='trial', to='moderation.answer'),
        ),
        migrations.AddField(
            model_name='trial',
            name='office',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='trials', to='offices.office'),
        ),
        migrations.AddField(
            model_name='word',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='word',
            name='office',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='words', to='offices.office'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['office', 'state', '-urgent', 'id'], name='case_list'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(fields=['account', 'post_remote_id', '-id'], name='case_of_post'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.UniqueConstraint(fields=('office', 'number'), name='case_number_once'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.UniqueConstraint(condition=models.Q(('is_group', True), ('state', 'open')), fields=('account', 'post_remote_id'), name='one_open_group_case_a_post'),
        ),
        migrations.AddConstraint(
            model_name='casecounter',
            constraint=models.UniqueConstraint(fields=('office', 'year'), name='one_counter_a_year'),
        ),
        migrations.AddConstraint(
            model_name='consultationreply',
            constraint=models.UniqueConstraint(condition=models.Q(('remote_id', ''), _negated=True), fields=('remote_id',), name='consultation_reply_once'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('state', 'new')), fields=['id'], name='message_new'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(fields=['office', 'state', '-id'], name='message_inbox'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(fields=['account', 'thread'], name='message_thread'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(fields=['account', 'author_id', 'post_remote_id'], name='message_author'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(fields=['account', 'post_remote_id', '-id'], name='message_of_post'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.UniqueConstraint(condition=models.Q(('remote_id', ''), _negated=True), fields=('account', 'kind', 'remote_id'), name='message_once'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'case'), _negated=True), ('case__isnull', False), _connector='OR'), name='in_a_case_has_its_case'),
        ),
        migrations.AddIndex(
            model_name='evidence',
            index=models.Index(condition=models.Q(('state', 'wanted')), fields=['next_try_at'], name='evidence_wanted'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.UniqueConstraint(fields=('message', 'kind'), name='evidence_once'),
        ),
        migrations.AddConstraint(
            model_name='evidence',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'taken'), _negated=True), models.Q(('sha256', ''), _negated=True), _connector='OR'), name='taken_has_its_digest'),
        ),
        migrations.AddIndex(
            model_name='consultation',
            index=models.Index(condition=models.Q(('sent_at', None)), fields=['id'], name='consultation_unsent'),
        ),
        migrations.AddIndex(
            model_name='consultation',
            index=models.Index(fields=['number', '-id'], name='consultation_of_number'),
        ),
        migrations.AddConstraint(
            model_name='consultation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('way', 'share'), ('sent_at__isnull', False), ('outgoing', None)), models.Q(('way', 'whatsapp_api'), ('outgoing__isnull', False)), _connector='OR'), name='consultation_has_its_way'),
        ),
        migrations.AddIndex(
            model_name='answer',
            index=models.Index(condition=models.Q(('followed_up', False)), fields=['id'], name='answer_to_follow_up'),
        ),
        migrations.AddConstraint(
            model_name='answer',
            constraint=models.CheckConstraint(condition=models.Q(('outgoing__isnull', False), ('by_hand_at__isnull', False), _connector='OR'), name='answer_has_its_way'),
        ),
        migrations.AddConstraint(
            model_name='topic',
            constraint=models.UniqueConstraint(fields=('office', 'slug'), name='topic_once_in_office'),
        ),
        migrations.AddIndex(
            model_name='trial',
            index=models.Index(fields=['version', 'at', 'id'], name='trial_of_version'),
        ),
        migrations.AddConstraint(
            model_name='word',
            constraint=models.UniqueConstraint(fields=('office', 'list', 'word'), name='word_once_in_list'),
        ),
    ]
