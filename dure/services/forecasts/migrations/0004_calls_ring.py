from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("forecasts", "0002_moved"),
    ]

    operations = [
        migrations.AddField(
            model_name="call",
            name="sending",
            field=models.UUIDField(null=True),
        ),
        migrations.AddIndex(
            model_name="call",
            index=models.Index(
                condition=models.Q(("sending__isnull", False)), fields=["at"], name="forecasts_call_rings"
            ),
        ),
    ]
