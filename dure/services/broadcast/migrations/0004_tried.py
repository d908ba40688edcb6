"""When a way was really tried, and when the channel is asked next."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("broadcast", "0003_numbers_languages")]
    operations = [
        migrations.AddField(model_name="try", name="tried_at", field=models.DateTimeField(null=True)),
        migrations.AddField(model_name="try", name="look_at", field=models.DateTimeField(null=True)),
        migrations.RemoveIndex(model_name="try", name="broadcast_try_open"),
        migrations.AddIndex(
            model_name="try",
            index=models.Index(fields=["look_at"], condition=Q(look_at__isnull=False), name="broadcast_try_look"),
        ),
        migrations.AddIndex(
            model_name="announcement",
            index=models.Index(fields=["sent_at"], condition=Q(state="asked"), name="broadcast_announcement_asked"),
        ),
        # What was given to the channel before: it is asked what became of it.
        migrations.RunSQL(
            "UPDATE broadcast_try SET look_at = at WHERE ended = 'open' AND sending IS NOT NULL",
            migrations.RunSQL.noop,
        ),
    ]
