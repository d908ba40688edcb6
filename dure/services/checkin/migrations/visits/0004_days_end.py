"""Days end: what was spent is forgotten, visits are destroyed, each by a function with its owner's rights."""

from typing import Any

from django.db import migrations

from dure.kit import sqlfiles

# Replacing a function takes its owner's rights from it again: given to all four.
DEFINER = """
DO $$ DECLARE called regprocedure;
BEGIN
  FOR called IN SELECT oid FROM pg_proc WHERE proname IN
    ('checkin_lay_day', 'checkin_write_half_hour', 'checkin_forget_day', 'checkin_destroy_day') LOOP
    EXECUTE format('ALTER FUNCTION %s SECURITY DEFINER SET search_path = %I, pg_temp', called, current_schema());
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', called);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO dure_app', called);
  END LOOP;
END $$
"""


def lay(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute(sqlfiles.load("dure.services.checkin", "visit_party").text, params=None)
    schema_editor.execute(DEFINER, params=None)


class Migration(migrations.Migration):
    dependencies = [("checkin_visits", "0003_half_hours")]
    operations = [migrations.RunPython(lay, migrations.RunPython.noop)]
