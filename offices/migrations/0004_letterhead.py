import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('offices', '0003_hours'),
    ]

    operations = [
        migrations.CreateModel(
            name='Letterhead',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agency', models.TextField(blank=True, help_text='One a line, for example PEMERINTAH KOTA MALANG and DINAS KESEHATAN', max_length=300, verbose_name="lines above the office's name")),
                ('address', models.TextField(blank=True, help_text='Street, telephone, website; at most three lines', max_length=300, verbose_name='address')),
                ('logo', models.FileField(blank=True, help_text='PNG, JPG or WebP', upload_to='letterheads/', verbose_name='logo')),
                ('place', models.CharField(blank=True, help_text='Before the date of the signature: Malang', max_length=60, verbose_name='place')),
                ('signer_title', models.CharField(blank=True, help_text='For example Kepala UPT Puskesmas Dinoyo', max_length=120, verbose_name='who signs, by title')),
                ('signer_name', models.CharField(blank=True, max_length=120, verbose_name='name of who signs')),
                ('signer_nip', models.CharField(blank=True, max_length=30, verbose_name='NIP')),
                ('office', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='letterhead', to='offices.office')),
            ],
            options={
                'verbose_name': 'letterhead',
                'verbose_name_plural': 'letterheads',
            },
        ),
    ]
