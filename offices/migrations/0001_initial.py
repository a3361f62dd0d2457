import django.contrib.auth.models
import django.contrib.auth.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='Office',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('slug', models.SlugField(help_text="The office's folder in content/", max_length=60, unique=True, verbose_name='folder name')),
                ('kind', models.CharField(choices=[('centre', 'Health centre (puskesmas)'), ('city', 'City health office (dinas kesehatan)')], default='centre', max_length=10, verbose_name='kind')),
                ('time_zone', models.CharField(choices=[('Asia/Jakarta', 'WIB'), ('Asia/Makassar', 'WITA'), ('Asia/Jayapura', 'WIT')], default='Asia/Jakarta', max_length=20, verbose_name='time zone')),
                ('thanks', models.CharField(choices=[('off', 'Off: praise waits in the inbox'), ('propose', 'Propose: one tap sends the thank-you'), ('on', 'On: clear praise is thanked by itself after a pause')], default='propose', max_length=10, verbose_name='automatic thanks')),
                ('questions', models.CharField(choices=[('inbox', "The manager answers them from the inbox (health centre's procedure)"), ('case', "Every question becomes a case (city health office's procedure)")], default='inbox', max_length=10, verbose_name='questions')),
                ('late_after_minutes', models.PositiveIntegerField(default=60, help_text='A post that is later than this asks a person first', verbose_name='late after (minutes)')),
                ('emergency_number', models.CharField(blank=True, help_text="The centre's own; it stands beside 119", max_length=30, verbose_name='emergency number')),
                ('emergency_text', models.TextField(blank=True, help_text='Offered for one tap when somebody is in danger; empty: ours, with 119 and your number', verbose_name='emergency text')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='centres', to='offices.office', verbose_name='overseen by')),
            ],
            options={
                'verbose_name': 'office',
                'verbose_name_plural': 'offices',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Unit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('office', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='units', to='offices.office', verbose_name='office')),
            ],
            options={
                'verbose_name': 'unit',
                'verbose_name_plural': 'units',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Officer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('role', models.CharField(choices=[('pengelola', 'Media manager (pengelola)'), ('pj_program', 'Programme owner (PJ program)'), ('petugas_jaga', 'Officer on duty'), ('tim_keluhan', 'Complaints team (Tim Kepuasan dan Keluhan Pelanggan)'), ('kepala_puskesmas', 'Head of the centre (kepala puskesmas)'), ('kepala_seksi', 'Section head (kepala seksi)'), ('kepala_bidang', 'Division head (kepala bidang)'), ('kepala_dinas', 'Head of the health office (kepala dinas)')], default='pengelola', max_length=20, verbose_name='role')),
                ('phone', models.CharField(blank=True, max_length=20, verbose_name='WhatsApp number')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
                ('office', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='officers', to='offices.office', verbose_name='office')),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='officers', to='offices.unit', verbose_name='unit')),
            ],
            options={
                'verbose_name': 'officer',
                'verbose_name_plural': 'officers',
            },
            managers=[
                ('objects', django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('data', models.JSONField(default=dict)),
                ('address', models.CharField(blank=True, max_length=200)),
                ('urgent', models.BooleanField(default=False)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('seen_at', models.DateTimeField(blank=True, null=True)),
                ('once', models.CharField(blank=True, max_length=120, null=True, unique=True)),
                ('officer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='notices', to=settings.AUTH_USER_MODEL)),
                ('office', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='offices.office')),
            ],
            options={
                'ordering': ['-id'],
                'indexes': [models.Index(condition=models.Q(('seen_at', None)), fields=['office', '-id'], name='notice_open')],
            },
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('verb', models.CharField(max_length=40)),
                ('subject', models.CharField(max_length=60)),
                ('data', models.JSONField(default=dict)),
                ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('office', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='offices.office')),
            ],
            options={
                'ordering': ['id'],
                'indexes': [models.Index(fields=['subject', 'id'], name='event_of_subject'), models.Index(fields=['office', '-at'], name='event_of_office')],
            },
        ),
        migrations.CreateModel(
            name='Pause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('why', models.CharField(max_length=200, verbose_name='why')),
                ('since', models.DateTimeField(default=django.utils.timezone.now)),
                ('until', models.DateTimeField(blank=True, help_text='Empty: until somebody lifts it', null=True, verbose_name='until')),
                ('answers_too', models.BooleanField(default=False, verbose_name='hold answers, too')),
                ('lifted_at', models.DateTimeField(blank=True, null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('lifted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('office', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='pauses', to='offices.office')),
            ],
            options={
                'verbose_name': 'pause',
                'verbose_name_plural': 'pauses',
                'ordering': ['-id'],
                'indexes': [models.Index(condition=models.Q(('lifted_at', None)), fields=['office', 'since'], name='pause_in_force')],
                'constraints': [models.CheckConstraint(condition=models.Q(('until', None), ('until__gt', models.F('since')), _connector='OR'), name='pause_has_a_length')],
            },
        ),
        migrations.AddConstraint(
            model_name='unit',
            constraint=models.UniqueConstraint(fields=('office', 'name'), name='unit_once_in_office'),
        ),
    ]
