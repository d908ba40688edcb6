"""Heart-beats of places. A half hour is written beside people who are let in; a day ends only when it is over."""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

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
  REVOKE ALL ON FUNCTION checkin_demand_over(int, int) FROM PUBLIC;
END $$
"""


def lay(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute(sqlfiles.load("dure.services.checkin", "visit_party").text, params=None)
    schema_editor.execute(DEFINER, params=None)


class Migration(migrations.Migration):
    dependencies = [("checkin_visits", "0005_parts_closed")]
    operations = [
        migrations.CreateModel(
            name="Beat",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "venue", "beat", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("beat", models.IntegerField()),
                (
                    "venue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="checkin_visits.venue"
                    ),
                ),
            ],
            options={"db_table": "checkin_beat"},
        ),
        migrations.RunPython(lay, migrations.RunPython.noop),
    ]
