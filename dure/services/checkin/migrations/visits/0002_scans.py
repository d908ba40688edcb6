"""The tables of scans, as sql/visit_party.sql has them; partitions are laid day by day, by a function with its owner's rights."""

from typing import Any

from django.db import migrations

from dure.kit import sqlfiles

# Whoever serves may not make tables; this one function does, for a day, and nothing else.
DEFINER = """
DO $$ BEGIN
  EXECUTE format('ALTER FUNCTION checkin_lay_day(int) SECURITY DEFINER SET search_path = %I', current_schema());
  REVOKE ALL ON FUNCTION checkin_lay_day(int) FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION checkin_lay_day(int) TO dure_app;
END $$
"""


def lay(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute(sqlfiles.load("dure.services.checkin", "visit_party").text, params=None)
    schema_editor.execute(DEFINER, params=None)


class Migration(migrations.Migration):
    dependencies = [("checkin_visits", "0001_initial"), ("kit", "0002_database_role")]
    operations = [migrations.RunPython(lay, migrations.RunPython.noop)]
