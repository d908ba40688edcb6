import django.db.models.deletion
import dure.base.clock
import dure.base.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("pledges", "0002_cheers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="comment",
            name="hidden_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="comment",
            name="hidden_by",
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name="comment",
            name="hidden_why",
            field=models.CharField(blank=True, default="", max_length=300),
        ),
        migrations.AddField(
            model_name="comment",
            name="judged",
            field=models.BooleanField(default=False),
        ),
        migrations.CreateModel(
            name="Block",
            fields=[
                ("id", models.UUIDField(default=dure.base.ids.new, editable=False, primary_key=True, serialize=False)),
                ("at", models.DateTimeField(default=dure.base.clock.now)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "whom",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "db_table": "pledges_block",
                "constraints": [
                    models.UniqueConstraint(fields=("person", "whom"), name="pledges_block_once"),
                    models.CheckConstraint(
                        condition=models.Q(("person", models.F("whom")), _negated=True), name="pledges_block_other"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Complaint",
            fields=[
                ("id", models.UUIDField(default=dure.base.ids.new, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("proof", "proof"), ("comment", "comment"), ("person", "person")], max_length=12
                    ),
                ),
                ("subject", models.UUIDField()),
                ("why", models.CharField(max_length=300)),
                ("words", models.CharField(blank=True, default="", max_length=1000)),
                ("at", models.DateTimeField(default=dure.base.clock.now)),
                ("decided", models.CharField(blank=True, default="", max_length=12)),
                ("decided_by", models.UUIDField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pledges.project"
                    ),
                ),
                (
                    "whose",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "db_table": "pledges_complaint",
                "indexes": [
                    models.Index(condition=models.Q(("decided", "")), fields=["at"], name="pledges_complaint_waits")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "subject", "project", "by"), name="pledges_complaint_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Hush",
            fields=[
                ("id", models.UUIDField(default=dure.base.ids.new, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("proof", "proof"), ("comment", "comment"), ("person", "person")], max_length=12
                    ),
                ),
                ("subject", models.UUIDField()),
                ("why", models.CharField(max_length=300)),
                ("by", models.UUIDField()),
                ("at", models.DateTimeField(default=dure.base.clock.now)),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pledges.project"
                    ),
                ),
            ],
            options={
                "db_table": "pledges_hush",
                "constraints": [
                    models.UniqueConstraint(fields=("project", "kind", "subject"), name="pledges_hush_once")
                ],
            },
        ),
    ]
