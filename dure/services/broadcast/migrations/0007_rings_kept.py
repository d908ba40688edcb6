"""Calls that the gateway did not take are kept, and asked for again after a longer and longer pause."""

from typing import Any

from django.db import migrations, models
from django.db.models import F, Q


def keep_waiting(apps: Any, _editor: object) -> None:
    """What waits for the gateway is asked for at once."""
    rings = apps.get_model("broadcast", "Ring").objects
    rings.filter(placed_at__isnull=True, ended="open").update(next_at=F("at"))


class Migration(migrations.Migration):
    dependencies = [("broadcast", "0006_households")]
    operations = [
        migrations.RemoveIndex(model_name="ring", name="broadcast_ring_waiting"),
        migrations.AddField(model_name="ring", name="tries", field=models.PositiveSmallIntegerField(default=0)),
        migrations.AddField(model_name="ring", name="asked_at", field=models.DateTimeField(null=True)),
        migrations.AddField(model_name="ring", name="next_at", field=models.DateTimeField(null=True)),
        migrations.RunPython(keep_waiting, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="ring",
            constraint=models.CheckConstraint(
                condition=Q(next_at__isnull=True) | Q(placed_at__isnull=True, ended="open"), name="broadcast_ring_next"
            ),
        ),
        migrations.AddIndex(
            model_name="ring",
            index=models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="broadcast_ring_due"),
        ),
        migrations.AddIndex(
            model_name="airing",
            index=models.Index(
                fields=["expires_at"], condition=Q(opened_at__isnull=False), name="broadcast_airing_ends"
            ),
        ),
    ]
