import django.db.models.deletion
from django.db import migrations, models

KINDS = [(one, one) for one in ("W", "R", "C", "D", "O", "N", "V", "T", "S", "Y", "H", "F", "night")]
DEGREES = [(one, one) for one in ("advisory", "warning", "grave")]
ROLES = [(one, one) for one in ("authority", "county", "mirror")]


class Migration(migrations.Migration):
    dependencies = [
        ("forecasts", "0006_issuing"),
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
                ],
                max_length=40,
                primary_key=True,
                serialize=False,
            ),
        ),
        migrations.CreateModel(
            name="Warned",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("zone", models.CharField(max_length=20)),
                ("kind", models.CharField(choices=KINDS, max_length=40)),
                ("degree", models.CharField(blank=True, choices=DEGREES, default="", max_length=40)),
                ("issued", models.DateTimeField()),
                ("effective", models.DateTimeField()),
                ("ends", models.CharField(blank=True, default="", max_length=60)),
                ("since", models.DateTimeField()),
                ("role", models.CharField(choices=ROLES, max_length=40)),
            ],
            options={
                "db_table": "forecasts_warned",
                "indexes": [
                    models.Index(condition=models.Q(("degree", "")), fields=["since"], name="forecasts_warned_lifted")
                ],
                "constraints": [models.UniqueConstraint(fields=("zone", "kind"), name="forecasts_warned_once")],
            },
        ),
        migrations.CreateModel(
            name="WarnedMoved",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("zone", models.CharField(max_length=20)),
                ("kind", models.CharField(choices=KINDS, max_length=40)),
            ],
            options={
                "db_table": "forecasts_warned_moved",
            },
        ),
        migrations.CreateModel(
            name="WarnedTold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("zone", models.CharField(max_length=20)),
                ("kind", models.CharField(choices=KINDS, max_length=40)),
                ("degree", models.CharField(choices=DEGREES, max_length=40)),
                (
                    "reader",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="forecasts.reader",
                    ),
                ),
            ],
            options={
                "db_table": "forecasts_warned_told",
                "constraints": [
                    models.UniqueConstraint(fields=("reader", "zone", "kind"), name="forecasts_warned_told_once")
                ],
            },
        ),
        migrations.AddField(
            model_name="notice",
            name="warned",
            field=models.BinaryField(default=b"[]"),
        ),
    ]
