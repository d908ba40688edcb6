"""Barriers are of an address and of who had it then, so that a number may change hands and come back. Those from before that was
noted become their owner's where the address was theirs then and still is.
"""

import hmac

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from dure.kit import keys

OWNER_KEY = "channels.barrier.owner.v1"


def note_whose(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    barriers, reaches = apps.get_model("channels", "Barrier"), apps.get_model("channels", "Reach")
    for row in barriers.objects.filter(whose=b"").iterator():
        theirs = reaches.objects.filter(hash=row.hash, gone_at__isnull=True, proved_at__lte=row.at).first()
        if theirs is not None:
            digest = hmac.digest(keys.derived(OWNER_KEY), theirs.person_id.bytes + bytes(row.hash), "sha256")
            barriers.objects.filter(id=row.id).update(whose=digest)


class Migration(migrations.Migration):
    dependencies = [("channels", "0010_paid_and_whose")]

    operations = [
        migrations.RemoveConstraint(model_name="barrier", name="channels_barrier_once"),
        migrations.AddConstraint(
            model_name="barrier",
            constraint=models.UniqueConstraint(fields=["route", "hash", "whose"], name="channels_barrier_once"),
        ),
        migrations.RunPython(note_whose, migrations.RunPython.noop),
    ]
