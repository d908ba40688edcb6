"""The log of counts only grows, whoever asks."""

from django.db import migrations

ONLY_GROWS = """
CREATE FUNCTION impact_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the log of counts only grows; count a correction instead' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER impact_count_only_grows BEFORE UPDATE OR DELETE ON impact_count
  FOR EACH STATEMENT EXECUTE FUNCTION impact_refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON impact_count, impact_salt FROM dure_app;
"""
BACK = """
DROP TRIGGER impact_count_only_grows ON impact_count;
DROP FUNCTION impact_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("impact", "0001_initial"), ("kit", "0002_database_role")]
    operations = [migrations.RunSQL(ONLY_GROWS, BACK)]
