import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('connectors', '0005_media_trouble'),
        ('offices', '0004_letterhead'),
    ]

    operations = [
        migrations.AddField(
            model_name='outgoing',
            name='decider',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='offices.office'),
        ),
        migrations.AddIndex(
            model_name='outgoing',
            index=models.Index(condition=models.Q(('decider__isnull', False)), fields=['decider'], name='outgoing_decider'),
        ),
    ]
