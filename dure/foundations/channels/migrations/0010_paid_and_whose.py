"""What a paid sending has begun of what was held back for it, counted from its attempts so far; whose a barrier is."""

from django.db import migrations, models

BEGUN = """
UPDATE channels_sending s SET begun_won = t.won
FROM (
  SELECT d.sending_id, sum(a.won) AS won
  FROM channels_attempt a JOIN channels_dispatch d ON d.id = a.dispatch_id
  WHERE a.won > 0 GROUP BY d.sending_id
) t
WHERE t.sending_id = s.id AND s.paid_by <> ''
"""


class Migration(migrations.Migration):
    dependencies = [("channels", "0009_reached")]

    operations = [
        migrations.AddField(
            model_name="barrier",
            name="whose",
            field=models.BinaryField(default=b"", max_length=32),
        ),
        migrations.AddField(
            model_name="sending",
            name="begun_won",
            field=models.PositiveBigIntegerField(default=0),
        ),
        migrations.RunSQL(BEGUN, migrations.RunSQL.noop),
    ]
