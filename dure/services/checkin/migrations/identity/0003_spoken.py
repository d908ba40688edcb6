"""Whose codes to read out the visit party has; places that count who is inside; people who call for a code, and their calls of today."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("checkin_identity", "0002_told"),
    ]

    operations = [
        migrations.AddField(
            model_name="askedvenue",
            name="counts",
            field=models.BooleanField(default=False),
        ),
        migrations.CreateModel(
            name="SpokenHanded",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "epoch", "person", "way", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("epoch", models.IntegerField()),
                ("person", models.UUIDField()),
                ("way", models.SmallIntegerField()),
            ],
            options={
                "db_table": "checkin_spoken_handed",
            },
        ),
        migrations.CreateModel(
            name="Caller",
            fields=[
                ("person", models.UUIDField(primary_key=True, serialize=False)),
            ],
            options={
                "db_table": "checkin_caller",
            },
        ),
        migrations.CreateModel(
            name="Call",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("epoch", models.IntegerField()),
                ("mark", models.UUIDField()),
                ("number", models.SmallIntegerField()),
            ],
            options={
                "db_table": "checkin_call",
                "constraints": [
                    models.UniqueConstraint(fields=("epoch", "mark", "number"), name="checkin_call_once"),
                ],
            },
        ),
    ]
