"""Codes to read out, and how many wrong ones a place typed in an hour."""

from typing import Any

from django.db import migrations

from dure.kit import sqlfiles

# Replacing a function takes its owner's rights from it again: given to all that who serves may call.
DEFINER = """
DO $$ DECLARE called regprocedure;
BEGIN
  FOR called IN SELECT oid FROM pg_proc WHERE proname IN
    ('checkin_lay_day', 'checkin_write_half_hour', 'checkin_forget_day', 'checkin_destroy_day') LOOP
    EXECUTE format('ALTER FUNCTION %s SECURITY DEFINER SET search_path = %I, pg_temp', called, current_schema());
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', called);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO dure_app', called);
  END LOOP;
  REVOKE UPDATE, DELETE, TRUNCATE ON checkin_spoken FROM dure_app;
  REVOKE UPDATE, TRUNCATE ON checkin_wrong FROM dure_app;
END $$
"""


def lay(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute(sqlfiles.load("dure.services.checkin", "visit_party").text, params=None)
    schema_editor.execute(DEFINER, params=None)


class Migration(migrations.Migration):
    dependencies = [("checkin_visits", "0006_doors")]
    operations = [migrations.RunPython(lay, migrations.RunPython.noop)]
