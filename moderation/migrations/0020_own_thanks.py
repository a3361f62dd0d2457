from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('moderation', '0019_long_ids'),
    ]

    operations = [
        migrations.AlterField(
            model_name='cannedtext',
            name='purpose',
            field=models.CharField(choices=[('answer', 'For an answer'), ('received', '“Received, being handled”'), ('private', 'Asks for details in private'), ('thanks', 'Thanks for praise, said by the desk itself')], default='answer', max_length=10, verbose_name='what it is for'),
        ),
    ]
