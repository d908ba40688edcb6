"""A message can be called back from one person."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("channels", "0014_only")]
    operations = [
        migrations.AddField(model_name="dispatch", name="recalled_at", field=models.DateTimeField(null=True)),
    ]
