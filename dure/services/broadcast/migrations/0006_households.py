"""Telephones that listen without an account, what becomes of an announcement there, and calls that are made."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

from dure.base import clock, ids

STATES = [(one, one) for one in ("asked", "listening", "refused", "lapsed", "left")]
STANDINGS = [(one, one) for one in ("waiting", "heard", "to_visit", "expired", "left", "visited")]
WAYS = [(one, one) for one in ("push", "text", "call", "again", "visit")]


class Migration(migrations.Migration):
    dependencies = [
        ("broadcast", "0005_calls"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="Household",
            fields=[
                ("id", models.UUIDField(default=ids.new, editable=False, primary_key=True, serialize=False)),
                ("sealed_name", models.BinaryField()),
                ("sealed_number", models.BinaryField()),
                ("hash", models.BinaryField(max_length=32)),
                ("state", models.CharField(choices=STATES, default="asked", max_length=12)),
                ("entered_by", models.UUIDField()),
                ("entered_at", models.DateTimeField(default=clock.now)),
                ("consent", models.PositiveSmallIntegerField()),
                ("agreed_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("asks", models.PositiveSmallIntegerField(default=0)),
                ("next_at", models.DateTimeField(null=True)),
                (
                    "village",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="broadcast.village",
                    ),
                ),
            ],
            options={"db_table": "broadcast_household"},
        ),
        migrations.CreateModel(
            name="HouseholdReach",
            fields=[
                ("id", models.UUIDField(default=ids.new, editable=False, primary_key=True, serialize=False)),
                ("standing", models.CharField(choices=STANDINGS, default="waiting", max_length=12)),
                ("next_at", models.DateTimeField(null=True)),
                ("share", models.FloatField(default=0)),
                ("heard_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "airing",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="broadcast.airing",
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="broadcast.household"
                    ),
                ),
            ],
            options={"db_table": "broadcast_household_reach"},
        ),
        migrations.CreateModel(
            name="Ring",
            fields=[
                ("id", models.UUIDField(default=ids.new, editable=False, primary_key=True, serialize=False)),
                ("way", models.CharField(choices=WAYS, max_length=10)),
                ("at", models.DateTimeField()),
                (
                    "ended",
                    models.CharField(choices=[("open", "open"), ("failed", "failed")], default="open", max_length=10),
                ),
                ("placed_at", models.DateTimeField(null=True)),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="broadcast.household"
                    ),
                ),
                (
                    "reach",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rings",
                        to="broadcast.householdreach",
                    ),
                ),
            ],
            options={"db_table": "broadcast_ring"},
        ),
        migrations.AlterField(
            model_name="call",
            name="person",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(model_name="call", name="number", field=models.BinaryField(default=b"", max_length=32)),
        migrations.AddField(model_name="call", name="about", field=models.UUIDField(null=True)),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(
                condition=Q(person__isnull=False, number=b"") | (Q(person__isnull=True) & ~Q(number=b"")),
                name="broadcast_call_whose",
            ),
        ),
        migrations.AddConstraint(
            model_name="household",
            constraint=models.UniqueConstraint(
                condition=Q(ended_at__isnull=True), fields=("village", "hash"), name="broadcast_household_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="household",
            constraint=models.CheckConstraint(
                condition=~Q(state="listening") | Q(agreed_at__isnull=False), name="broadcast_household_agreed"
            ),
        ),
        migrations.AddIndex(
            model_name="household", index=models.Index(fields=["hash"], name="broadcast_household_hash")
        ),
        migrations.AddIndex(
            model_name="household",
            index=models.Index(condition=Q(next_at__isnull=False), fields=["next_at"], name="broadcast_household_due"),
        ),
        migrations.AddConstraint(
            model_name="householdreach",
            constraint=models.UniqueConstraint(fields=("airing", "household"), name="broadcast_household_reach_once"),
        ),
        migrations.AddConstraint(
            model_name="householdreach",
            constraint=models.CheckConstraint(
                condition=Q(standing="waiting", next_at__isnull=False)
                | (~Q(standing="waiting") & Q(next_at__isnull=True)),
                name="broadcast_household_reach_next",
            ),
        ),
        migrations.AddIndex(
            model_name="householdreach",
            index=models.Index(
                condition=Q(next_at__isnull=False), fields=["next_at"], name="broadcast_household_reach_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="ring",
            constraint=models.UniqueConstraint(fields=("reach", "way"), name="broadcast_ring_once"),
        ),
        migrations.AddIndex(
            model_name="ring",
            index=models.Index(
                condition=Q(placed_at__isnull=True, ended="open"), fields=["at"], name="broadcast_ring_waiting"
            ),
        ),
    ]
