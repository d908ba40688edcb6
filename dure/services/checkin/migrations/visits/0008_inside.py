"""Places that ask how many are inside: a number for each of their scanners, for today."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

from dure.kit import sqlfiles


def lay(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute(sqlfiles.load("dure.services.checkin", "lay_inside").text, params=None)


class Migration(migrations.Migration):
    dependencies = [("checkin_visits", "0007_spoken")]
    operations = [
        migrations.AddField(model_name="venue", name="counts", field=models.BooleanField(default=False)),
        migrations.CreateModel(
            name="Inside",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "scanner", "epoch", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("epoch", models.IntegerField()),
                ("number", models.IntegerField()),
                (
                    "scanner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="checkin_visits.scanner"
                    ),
                ),
                (
                    "venue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="checkin_visits.venue"
                    ),
                ),
            ],
            options={
                "db_table": "checkin_inside",
                "indexes": [models.Index(fields=["venue", "epoch"], name="checkin_inside_here")],
            },
        ),
        migrations.RunPython(lay, migrations.RunPython.noop),
    ]
