"""What a channel sends to somebody in confidence is not shown to its staff."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("channels", "0012_pooled")]
    operations = [
        migrations.AddField(
            model_name="sending",
            name="confidential",
            field=models.BooleanField(default=False, db_default=False),
        ),
        migrations.AddField(
            model_name="message",
            name="confidential",
            field=models.BooleanField(default=False, db_default=False),
        ),
        migrations.AddIndex(
            model_name="sending",
            index=models.Index(
                condition=models.Q(("confidential", True)), fields=["channel"], name="channels_sending_secret"
            ),
        ),
    ]
