"""Votes of groups on their receivers; who gives and names nobody lets the group decide."""

import django.db.models.deletion
import dure.base.clock
import dure.base.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("pledges", "0011_reminders"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="GroupChoice",
            fields=[
                ("id", models.UUIDField(default=dure.base.ids.new, editable=False, primary_key=True, serialize=False)),
                ("votes", models.PositiveIntegerField()),
                ("at", models.DateTimeField(default=dure.base.clock.now)),
            ],
            options={
                "db_table": "pledges_group_choice",
            },
        ),
        migrations.CreateModel(
            name="Vote",
            fields=[
                (
                    "pledge",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="pledges.pledge",
                    ),
                ),
                ("at", models.DateTimeField(default=dure.base.clock.now)),
            ],
            options={
                "db_table": "pledges_vote",
            },
        ),
        migrations.RemoveConstraint(
            model_name="pledge",
            name="pledges_pledge_consent",
        ),
        migrations.AddConstraint(
            model_name="pledge",
            constraint=models.CheckConstraint(
                condition=models.Q(("gives", True), ("receiver__isnull", True), _connector="OR"),
                name="pledges_pledge_consent",
            ),
        ),
        migrations.AddField(
            model_name="groupchoice",
            name="project",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pledges.project"
            ),
        ),
        migrations.AddField(
            model_name="groupchoice",
            name="receiver",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pledges.receiver"
            ),
        ),
        migrations.AddField(
            model_name="vote",
            name="receiver",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pledges.receiver"
            ),
        ),
    ]
