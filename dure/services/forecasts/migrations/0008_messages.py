import django.db.models.deletion
import dure.base.clock
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("forecasts", "0007_warned"),
    ]

    operations = [
        migrations.AlterField(
            model_name="feed",
            name="name",
            field=models.CharField(
                choices=[
                    ("impact_heat", "impact_heat"),
                    ("impact_cold", "impact_cold"),
                    ("warnings", "warnings"),
                    ("messages", "messages"),
                ],
                max_length=40,
                primary_key=True,
                serialize=False,
            ),
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("created", models.DateTimeField()),
                ("text", models.TextField()),
                (
                    "grade",
                    models.CharField(
                        blank=True,
                        choices=[("위급재난", "위급재난"), ("긴급재난", "긴급재난"), ("안전안내", "안전안내")],
                        default="",
                        max_length=40,
                    ),
                ),
                ("kind", models.CharField(blank=True, default="", max_length=60)),
                ("regions", models.TextField()),
                (
                    "role",
                    models.CharField(
                        choices=[("authority", "authority"), ("county", "county"), ("mirror", "mirror")],
                        max_length=40,
                    ),
                ),
                ("arrived_at", models.DateTimeField(default=dure.base.clock.now)),
            ],
            options={
                "db_table": "forecasts_message",
                "indexes": [models.Index(fields=["created"], name="forecasts_message_created")],
            },
        ),
        migrations.CreateModel(
            name="MessageRegion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60)),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="names",
                        to="forecasts.message",
                    ),
                ),
            ],
            options={
                "db_table": "forecasts_message_region",
                "indexes": [
                    models.Index(fields=["name"], name="forecasts_message_named", opclasses=["varchar_pattern_ops"])
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("message", "name"), name="forecasts_message_region_once")
                ],
            },
        ),
        migrations.AddField(
            model_name="feedanswer",
            name="error",
            field=models.CharField(blank=True, default="", max_length=60),
        ),
        migrations.AddField(
            model_name="alertsource",
            name="error",
            field=models.CharField(blank=True, default="", max_length=60),
        ),
    ]
