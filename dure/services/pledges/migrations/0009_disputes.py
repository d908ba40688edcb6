"""Disputes of settled counts; a correction stays as it was written, whoever writes to the database."""

import django.db.models.deletion
import django.db.models.expressions
import dure.base.clock
import dure.base.ids
from django.db import migrations, models

ONLY_GROWS = """
CREATE FUNCTION pledges_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% on % is refused: corrections only grow', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER pledges_correction_only_grows BEFORE UPDATE OR DELETE ON pledges_correction
  FOR EACH STATEMENT EXECUTE FUNCTION pledges_refuse_change();
"""
GROWS_AND_SHRINKS = """
DROP TRIGGER pledges_correction_only_grows ON pledges_correction;
DROP FUNCTION pledges_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("pledges", "0008_prove"),
    ]

    operations = [
        migrations.CreateModel(
            name="Dispute",
            fields=[
                ("id", models.UUIDField(default=dure.base.ids.new, editable=False, primary_key=True, serialize=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "open"),
                            ("proposed", "proposed"),
                            ("upheld", "upheld"),
                            ("dismissed", "dismissed"),
                        ],
                        default="open",
                        max_length=12,
                    ),
                ),
                ("proposal", models.UUIDField(null=True)),
                ("why", models.CharField(blank=True, default="", max_length=300)),
                ("asked_at", models.DateTimeField(default=dure.base.clock.now)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "pledge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="disputes", to="pledges.pledge"
                    ),
                ),
            ],
            options={
                "db_table": "pledges_dispute",
            },
        ),
        migrations.CreateModel(
            name="DisputeDay",
            fields=[
                ("id", models.UUIDField(default=dure.base.ids.new, editable=False, primary_key=True, serialize=False)),
                ("day", models.PositiveIntegerField()),
                ("counts", models.BooleanField(default=False)),
                (
                    "dispute",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="days", to="pledges.dispute"
                    ),
                ),
                (
                    "pledge",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pledges.pledge",
                    ),
                ),
            ],
            options={
                "db_table": "pledges_dispute_day",
            },
        ),
        migrations.CreateModel(
            name="DisputeStep",
            fields=[
                ("id", models.UUIDField(default=dure.base.ids.new, editable=False, primary_key=True, serialize=False)),
                ("want", models.CharField(max_length=12)),
                ("after", models.CharField(max_length=12)),
                ("by", models.UUIDField()),
                ("why", models.CharField(blank=True, default="", max_length=300)),
                ("at", models.DateTimeField(default=dure.base.clock.now)),
                (
                    "dispute",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="pledges.dispute"
                    ),
                ),
            ],
            options={
                "db_table": "pledges_dispute_step",
            },
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                (
                    "dispute",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="correction",
                        serialize=False,
                        to="pledges.dispute",
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("kept", models.PositiveIntegerField()),
                ("refund", models.PositiveBigIntegerField()),
                ("donation", models.BigIntegerField()),
                ("fee", models.BigIntegerField()),
                ("before", models.CharField(max_length=64)),
                ("after", models.CharField(max_length=64)),
                ("hash", models.CharField(max_length=64)),
                ("at", models.DateTimeField(default=dure.base.clock.now)),
                (
                    "pledge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="corrections", to="pledges.pledge"
                    ),
                ),
                (
                    "season",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pledges.season",
                    ),
                ),
            ],
            options={
                "db_table": "pledges_correction",
            },
        ),
        migrations.AddIndex(
            model_name="dispute",
            index=models.Index(
                condition=models.Q(("decided_at", None)), fields=["asked_at"], name="pledges_dispute_waits"
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["open", "proposed"])), fields=("pledge",), name="pledges_dispute_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("state__in", ["open", "proposed"])),
                    models.Q(
                        models.Q(("state__in", ["open", "proposed"]), _negated=True), ("decided_at__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="pledges_dispute_decided",
            ),
        ),
        migrations.AddConstraint(
            model_name="disputeday",
            constraint=models.UniqueConstraint(fields=("pledge", "day"), name="pledges_dispute_day_once"),
        ),
        migrations.AddConstraint(
            model_name="disputeday",
            constraint=models.CheckConstraint(
                condition=models.Q(("day__gte", 1), ("day__lte", 100)), name="pledges_dispute_day_is"
            ),
        ),
        migrations.AddIndex(
            model_name="disputestep",
            index=models.Index(fields=["dispute", "-at"], name="pledges_dispute_step_of"),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.UniqueConstraint(fields=("season", "number"), name="pledges_correction_number"),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "refund",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                models.F("donation"), "*", models.Value(-1)
                            ),
                            "-",
                            models.F("fee"),
                        ),
                    ),
                    ("donation__lte", 0),
                    ("fee__lte", 0),
                ),
                name="pledges_correction_sums",
            ),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.CheckConstraint(
                condition=models.Q(("kept__gte", 1), ("number__gte", 1)), name="pledges_correction_kept"
            ),
        ),
        migrations.RunSQL(ONLY_GROWS, GROWS_AND_SHRINKS),
    ]
