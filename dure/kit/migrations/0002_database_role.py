"""The role that serving processes take, and what it may do with tables made so far and from now on."""

from django.db import migrations

from dure.kit.roles import MAKE_ROLE


class Migration(migrations.Migration):
    dependencies = [("kit", "0001_initial")]
    operations = [migrations.RunSQL(MAKE_ROLE, migrations.RunSQL.noop)]
