"""Calls: a secret of who speaks by telephone, where a call stands, words that are still to be typed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

from dure.base import clock, ids


class Migration(migrations.Migration):
    dependencies = [
        ("broadcast", "0004_tried"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="TelephoneSecret",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("secret", models.CharField(max_length=128)),
                ("set_at", models.DateTimeField(default=clock.now)),
                ("wrong", models.PositiveSmallIntegerField(default=0)),
                ("locked_until", models.DateTimeField(null=True)),
            ],
            options={"db_table": "broadcast_telephone_secret"},
        ),
        migrations.CreateModel(
            name="Call",
            fields=[
                ("id", models.UUIDField(default=ids.new, editable=False, primary_key=True, serialize=False)),
                ("name", models.BinaryField(max_length=32, unique=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("state", models.JSONField()),
                ("turn", models.PositiveSmallIntegerField()),
                ("told", models.BinaryField(max_length=32)),
                ("answer", models.JSONField()),
                ("begun_at", models.DateTimeField(default=clock.now)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "broadcast_call"},
        ),
        migrations.CreateModel(
            name="WordsWanted",
            fields=[
                (
                    "announcement",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="broadcast.announcement",
                    ),
                ),
                ("at", models.DateTimeField(default=clock.now)),
            ],
            options={"db_table": "broadcast_words_wanted"},
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(condition=Q(turn__gte=1), name="broadcast_call_turn"),
        ),
        migrations.AddIndex(
            model_name="call",
            index=models.Index(fields=["begun_at"], name="broadcast_call_begun"),
        ),
    ]
