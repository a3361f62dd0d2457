import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('connectors', '0005_media_trouble'),
        ('moderation', '0010_export_without_language'),
        ('offices', '0004_letterhead'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Nudge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('reminder', 'Reminder'), ('whom', 'To whom it is passed on')], max_length=10)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='consultation',
            name='consultation_has_its_way',
        ),
        migrations.AddField(
            model_name='consultation',
            name='looked',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='consultation',
            name='mail_due_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='consultation',
            name='mail_tries',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='consultation',
            name='needs_time_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='consultation',
            name='next_look_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='consultation',
            name='passed_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='consultation',
            name='passed_from',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='passed_to', to='moderation.consultation'),
        ),
        migrations.AddField(
            model_name='consultationreply',
            name='media_due_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='consultationreply',
            name='media_id',
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AddField(
            model_name='consultationreply',
            name='media_path',
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name='consultationreply',
            name='media_tries',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='consultationreply',
            name='media_type',
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AlterField(
            model_name='consultation',
            name='way',
            field=models.CharField(choices=[('whatsapp_api', "by the desk's WhatsApp number"), ('share', "from one's own phone"), ('email', 'by e-mail')], max_length=15),
        ),
        migrations.AddIndex(
            model_name='consultation',
            index=models.Index(condition=models.Q(('next_look_at__isnull', False)), fields=['next_look_at'], name='consultation_to_look_at'),
        ),
        migrations.AddIndex(
            model_name='consultation',
            index=models.Index(condition=models.Q(('mail_due_at__isnull', False)), fields=['mail_due_at'], name='consultation_to_mail'),
        ),
        migrations.AddIndex(
            model_name='consultationreply',
            index=models.Index(condition=models.Q(('media_due_at__isnull', False)), fields=['media_due_at'], name='reply_media_wanted'),
        ),
        migrations.AddConstraint(
            model_name='consultation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('way', 'share'), ('sent_at__isnull', False), ('outgoing', None)), models.Q(('way', 'whatsapp_api'), ('outgoing__isnull', False)), models.Q(('way', 'email'), ('outgoing', None)), _connector='OR'), name='consultation_has_its_way'),
        ),
        migrations.AddField(
            model_name='nudge',
            name='consultation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='nudges', to='moderation.consultation'),
        ),
        migrations.AddField(
            model_name='nudge',
            name='outgoing',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='nudge', to='connectors.outgoing'),
        ),
    ]
