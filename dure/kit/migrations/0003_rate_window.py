"""Rate windows say when they end, and are not worth a wait for the disk."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kit", "0002_database_role")]

    operations = [
        migrations.DeleteModel(name="RateWindow"),
        migrations.CreateModel(
            name="RateWindow",
            fields=[
                ("bucket", models.CharField(max_length=200, primary_key=True, serialize=False)),
                ("ends_at", models.DateTimeField(db_index=True)),
                ("count", models.PositiveIntegerField()),
            ],
            options={"db_table": "kit_rate_window"},
        ),
        migrations.RunSQL("ALTER TABLE kit_rate_window SET UNLOGGED", "ALTER TABLE kit_rate_window SET LOGGED"),
    ]
