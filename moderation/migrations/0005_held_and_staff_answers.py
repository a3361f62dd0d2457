from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('moderation', '0004_records'),
    ]

    operations = [
        migrations.CreateModel(
            name='FormUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('count', models.PositiveIntegerField(default=0)),
                ('until', models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.AddField(
            model_name='message',
            name='held',
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name='answer',
            name='kind',
            field=models.CharField(choices=[('thanks', 'Thank-you'), ('answer', 'Answer'), ('there', 'Answered on the platform by staff')], max_length=10),
        ),
    ]
