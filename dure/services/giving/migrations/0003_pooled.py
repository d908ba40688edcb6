"""Sums that people gave elsewhere in Dure for a box."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("giving", "0002_regular"),
    ]

    operations = [
        migrations.CreateModel(
            name="Pooled",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("account", models.UUIDField()),
                ("amount", models.BigIntegerField()),
                ("title", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
                ("returned_at", models.DateTimeField(null=True)),
                (
                    "box",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="pooled", to="giving.box"
                    ),
                ),
            ],
            options={
                "db_table": "giving_pooled",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="giving_pooled_amount")
                ],
            },
        ),
    ]
