"""Donation boxes as receivers of a season."""

import django.db.models.deletion
import dure.base.clock
import dure.base.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0002_guards"),
        ("pledges", "0013_rejected_by"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="receiver",
            name="pledges_receiver_once",
        ),
        migrations.AddField(
            model_name="receiver",
            name="box",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="receiver",
            name="title",
            field=models.CharField(blank=True, default="", max_length=80),
        ),
        migrations.AddConstraint(
            model_name="receiver",
            constraint=models.UniqueConstraint(
                condition=models.Q(("box", None)), fields=("season", "organisation"), name="pledges_receiver_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="receiver",
            constraint=models.UniqueConstraint(fields=("season", "box"), name="pledges_receiver_box_once"),
        ),
        migrations.CreateModel(
            name="OpenBox",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("title", models.CharField(max_length=80)),
                ("closes_at", models.DateTimeField()),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.organisation"
                    ),
                ),
            ],
            options={
                "db_table": "pledges_open_box",
            },
        ),
        migrations.CreateModel(
            name="Pool",
            fields=[
                ("id", models.UUIDField(default=dure.base.ids.new, editable=False, primary_key=True, serialize=False)),
                ("won", models.PositiveBigIntegerField()),
                ("at", models.DateTimeField(default=dure.base.clock.now)),
                ("back_at", models.DateTimeField(null=True)),
                ("is_stopped", models.BooleanField(default=False)),
                (
                    "receiver",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pledges.receiver"
                    ),
                ),
            ],
            options={
                "db_table": "pledges_pool",
            },
        ),
    ]
