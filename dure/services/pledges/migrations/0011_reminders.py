import django.db.models.deletion
import dure.base.clock
import dure.base.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("pledges", "0010_meetings"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Reminder",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "person_id", "day", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("day", models.DateField()),
                ("at", models.DateTimeField(default=dure.base.clock.now)),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "pledges_reminder",
                "indexes": [models.Index(fields=["day"], name="pledges_reminder_day")],
            },
        ),
        migrations.CreateModel(
            name="ReminderHour",
            fields=[
                ("id", models.UUIDField(default=dure.base.ids.new, editable=False, primary_key=True, serialize=False)),
                ("hour", models.PositiveSmallIntegerField(null=True)),
                ("at", models.DateTimeField(default=dure.base.clock.now)),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "pledge",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reminder_hour",
                        to="pledges.pledge",
                    ),
                ),
            ],
            options={
                "db_table": "pledges_reminder_hour",
                "indexes": [
                    models.Index(fields=["hour", "person"], name="pledges_reminder_hour_due"),
                    models.Index(fields=["person"], name="pledges_reminder_hour_of"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("pledge__isnull", True)),
                        fields=("person",),
                        name="pledges_reminder_hour_all",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("hour__isnull", True), models.Q(("hour__gte", 8), ("hour__lt", 21)), _connector="OR"
                        ),
                        name="pledges_reminder_hour_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("pledge__isnull", False), ("hour__isnull", False), _connector="OR"),
                        name="pledges_reminder_hour_said",
                    ),
                ],
            },
        ),
    ]
