"""A call may ask for a key."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("channels", "0015_recalled")]
    operations = [
        migrations.AddField(
            model_name="sending", name="keyed", field=models.BooleanField(db_default=False, default=False)
        ),
    ]
