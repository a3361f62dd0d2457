import django.db.models.deletion
import django.utils.timezone
import offices.sealed
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('offices', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Telling',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('sending', 'Being sent'), ('told', 'Told'), ('failed', 'Did not arrive'), ('needless', 'Seen on the desk before')], default='waiting', max_length=10)),
                ('due_at', models.DateTimeField()),
                ('token', models.UUIDField(null=True)),
                ('tries', models.PositiveIntegerField(default=0)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='ToldAt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', offices.sealed.SealedField(default=dict, editable=False)),
                ('shown', models.CharField(max_length=80)),
                ('whole_office', models.BooleanField(default=False, verbose_name='also what concerns the whole office')),
                ('urgent_only', models.BooleanField(default=False, verbose_name='only what is urgent')),
                ('is_on', models.BooleanField(default=True)),
                ('added_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('last_ok_at', models.DateTimeField(blank=True, null=True)),
                ('failed_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'address for notices',
                'verbose_name_plural': 'addresses for notices',
                'ordering': ['id'],
            },
        ),
        migrations.AddField(
            model_name='notice',
            name='spread_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name='notice',
            index=models.Index(condition=models.Q(('spread_at', None)), fields=['id'], name='notice_unspread'),
        ),
        migrations.AddField(
            model_name='telling',
            name='notice',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tellings', to='offices.notice'),
        ),
        migrations.AddField(
            model_name='toldat',
            name='office',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='told_at', to='offices.office'),
        ),
        migrations.AddField(
            model_name='toldat',
            name='officer',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='told_at', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='telling',
            name='told_at',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tellings', to='offices.toldat'),
        ),
        migrations.AddIndex(
            model_name='telling',
            index=models.Index(condition=models.Q(('state__in', ('waiting', 'sending'))), fields=['due_at'], name='telling_due'),
        ),
        migrations.AddIndex(
            model_name='telling',
            index=models.Index(condition=models.Q(('ended_at__isnull', False)), fields=['ended_at'], name='telling_ended'),
        ),
        migrations.AddConstraint(
            model_name='telling',
            constraint=models.UniqueConstraint(fields=('notice', 'told_at'), name='told_once_at_an_address'),
        ),
    ]
