"""The role that serving processes take, and what it may do with tables made so far and from now on."""

from typing import Any

from django.db import migrations

from dure.kit import roles


def make_role(apps: Any, schema_editor: Any) -> None:
    roles.make(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("kit", "0001_initial")]
    operations = [migrations.RunPython(make_role, migrations.RunPython.noop)]
