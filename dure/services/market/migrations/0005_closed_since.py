"""Since when a shop is closed: what its counter took before that is honoured."""

from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import Now


def close_now(apps, schema_editor) -> None:
    """Nobody knows since when those are closed that are: from now on they take nothing."""
    apps.get_model("market", "Shop").objects.filter(state="closed").update(closed_at=Now())


class Migration(migrations.Migration):
    dependencies = [("market", "0004_message_costs")]

    operations = [
        migrations.AddField("shop", "closed_at", models.DateTimeField(null=True)),
        migrations.RunPython(close_now, migrations.RunPython.noop),
        migrations.AddConstraint(
            "shop",
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True) | Q(state="closed", closed_at__isnull=False),
                name="market_shop_closed_since",
            ),
        ),
        migrations.AlterField(
            "conflict",
            "kind",
            models.CharField(
                choices=[
                    ("used_before", "used_before"),
                    ("too_late", "too_late"),
                    ("expired", "expired"),
                    ("not_here", "not_here"),
                    ("forged", "forged"),
                    ("from_the_future", "from_the_future"),
                    ("sum_unfit", "sum_unfit"),
                    ("own_counter", "own_counter"),
                    ("shop_closed", "shop_closed"),
                    ("known_id", "known_id"),
                ],
                max_length=20,
            ),
        ),
    ]
