from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('connectors', '0008_long_ids'),
        ('offices', '0004_letterhead'),
    ]

    operations = [
        migrations.AddField(
            model_name='webhookbody',
            name='digest',
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddConstraint(
            model_name='webhookbody',
            constraint=models.UniqueConstraint(condition=models.Q(('digest', ''), _negated=True), fields=('account', 'digest'), name='webhook_body_once'),
        ),
    ]
