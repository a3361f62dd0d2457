import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('connectors', '0001_initial'),
        ('offices', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CalendarFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='file')),
                ('sha256', models.CharField(max_length=64)),
                ('source', models.CharField(choices=[('folder', 'Folder'), ('upload', 'Upload')], default='folder', max_length=10)),
                ('read_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('rows', models.PositiveIntegerField(default=0)),
                ('created', models.PositiveIntegerField(default=0)),
                ('updated', models.PositiveIntegerField(default=0)),
                ('unchanged', models.PositiveIntegerField(default=0)),
                ('withdrawn', models.PositiveIntegerField(default=0)),
                ('held', models.PositiveIntegerField(default=0)),
                ('problems', models.JSONField(default=list)),
                ('missing', models.JSONField(default=list)),
                ('asks', models.BooleanField(default=False)),
                ('office', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='calendar_files', to='offices.office')),
                ('officer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'calendar file',
                'verbose_name_plural': 'calendar files',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='Post',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('row', models.PositiveIntegerField(null=True)),
                ('theme', models.CharField(blank=True, choices=[('informasi pelayanan', 'Service information'), ('kebijakan', 'Policy'), ('pengumuman', 'Announcement'), ('inovasi', 'Innovation'), ('kegiatan rutin', 'Routine activity'), ('kegiatan insidental', 'Incidental activity'), ('dokumentasi kegiatan', 'Documentation of an activity')], max_length=30, verbose_name='theme')),
                ('title', models.CharField(blank=True, max_length=300, verbose_name='title')),
                ('caption', models.TextField(blank=True, verbose_name='caption')),
                ('media', models.JSONField(default=list)),
                ('due_at', models.DateTimeField(verbose_name='time')),
                ('calendar_file', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='posts', to='scheduler.calendarfile')),
                ('office', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='posts', to='offices.office')),
            ],
            options={
                'verbose_name': 'post',
                'verbose_name_plural': 'posts',
                'ordering': ['due_at'],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('row_key', models.CharField(max_length=120)),
                ('caption_digest', models.CharField(blank=True, max_length=16)),
                ('media_digest', models.CharField(blank=True, max_length=16)),
                ('row_digest', models.CharField(blank=True, max_length=32)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='connectors.account')),
                ('outgoing', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='delivery', to='connectors.outgoing')),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='scheduler.post')),
            ],
            options={
                'verbose_name': 'delivery',
                'verbose_name_plural': 'deliveries',
            },
        ),
        migrations.AddIndex(
            model_name='calendarfile',
            index=models.Index(fields=['office', 'name', '-id'], name='calendar_file_last'),
        ),
        migrations.AddIndex(
            model_name='calendarfile',
            index=models.Index(fields=['office', 'sha256'], name='calendar_file_content'),
        ),
        migrations.AddIndex(
            model_name='post',
            index=models.Index(fields=['office', 'due_at'], name='post_of_office'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(fields=['account', 'caption_digest'], name='delivery_caption'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(fields=['account', 'media_digest'], name='delivery_media'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(fields=('account', 'row_key'), name='row_once_on_account'),
        ),
    ]
