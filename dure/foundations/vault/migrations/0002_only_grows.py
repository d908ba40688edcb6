"""What a public log said stays, whoever asks."""

from django.db import migrations

ONLY_GROWS = """
CREATE FUNCTION vault_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a public log only grows; tell a correction instead' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER vault_leaf_only_grows BEFORE UPDATE OR DELETE ON vault_leaf
  FOR EACH STATEMENT EXECUTE FUNCTION vault_refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON vault_leaf FROM dure_app;
REVOKE DELETE, TRUNCATE ON vault_log, vault_tile, vault_key FROM dure_app;
"""
BACK = """
DROP TRIGGER vault_leaf_only_grows ON vault_leaf;
DROP FUNCTION vault_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("vault", "0001_initial"), ("kit", "0002_database_role")]
    operations = [migrations.RunSQL(ONLY_GROWS, BACK)]
