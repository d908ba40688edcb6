"""Scans anew: a journal for each half hour, what is spent in two tables, shares beside the rows; written by a function with its
owner's rights. Nobody has checked in yet, so there is nothing to carry over.
"""

from typing import Any

from django.db import migrations

from dure.kit import sqlfiles

AWAY = """
DROP TABLE IF EXISTS checkin_spent, checkin_spent_new, checkin_journal, checkin_visit, checkin_seed CASCADE
"""
# Whoever serves makes and drops tables with these two functions only: a day laid, a half hour written.
DEFINER = """
DO $$ DECLARE called regprocedure;
BEGIN
  FOR called IN SELECT oid FROM pg_proc WHERE proname IN ('checkin_lay_day', 'checkin_write_half_hour') LOOP
    EXECUTE format('ALTER FUNCTION %s SECURITY DEFINER SET search_path = %I, pg_temp', called, current_schema());
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', called);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO dure_app', called);
  END LOOP;
  REVOKE UPDATE, DELETE, TRUNCATE ON checkin_spent, checkin_spent_new, checkin_journal, checkin_visit, checkin_seed FROM dure_app;
END $$
"""


def lay(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute(AWAY, params=None)
    schema_editor.execute(sqlfiles.load("dure.services.checkin", "visit_party").text, params=None)
    schema_editor.execute(DEFINER, params=None)


class Migration(migrations.Migration):
    dependencies = [("checkin_visits", "0002_scans")]
    operations = [migrations.RunPython(lay, migrations.RunPython.noop)]
