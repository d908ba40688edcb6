"""A house says by which ways alone a sending leaves the inbox."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("channels", "0013_confidential")]
    operations = [
        migrations.AddField(
            model_name="sending",
            name="only",
            field=models.CharField(blank=True, db_default="", default="", max_length=40),
        ),
    ]
