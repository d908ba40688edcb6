"""A key is marked destroyed once, and nothing else of it changes; a log keeps its name and only grows; so do its tiles."""

from django.db import migrations

SEED = """
UPDATE vault_key SET told_in = party;
INSERT INTO vault_seen (id, day)
SELECT 1, latest.day FROM (SELECT max(greatest(made_on, destroyed_on)) AS day FROM vault_key) latest WHERE latest.day IS NOT NULL;
"""
CHANGES_ONCE = """
CREATE FUNCTION vault_key_changes_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.destroyed_on IS NULL AND NEW.destroyed_on IS NOT NULL
     AND to_jsonb(NEW) - 'destroyed_on' = to_jsonb(OLD) - 'destroyed_on' THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'a key is marked destroyed once, and changes in nothing else' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER vault_key_changes_once BEFORE UPDATE OR DELETE ON vault_key
  FOR EACH ROW EXECUTE FUNCTION vault_key_changes_once();

CREATE FUNCTION vault_log_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.size >= OLD.size AND (NEW.size > OLD.size OR NEW.root = OLD.root)
     AND (NEW.name, NEW.origin, NEW.public) = (OLD.name, OLD.origin, OLD.public) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'a public log keeps its name and key, and only grows' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER vault_log_only_grows BEFORE UPDATE OR DELETE ON vault_log
  FOR EACH ROW EXECUTE FUNCTION vault_log_only_grows();

CREATE FUNCTION vault_tile_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND (NEW.log_id, NEW.level, NEW.index) = (OLD.log_id, OLD.level, OLD.index)
     AND substring(NEW.hashes FOR length(OLD.hashes)) = OLD.hashes THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'a tile only grows at its end' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER vault_tile_only_grows BEFORE UPDATE OR DELETE ON vault_tile
  FOR EACH ROW EXECUTE FUNCTION vault_tile_only_grows();
REVOKE DELETE, TRUNCATE ON vault_seen FROM dure_app;
"""
BACK = """
DROP TRIGGER vault_key_changes_once ON vault_key;
DROP FUNCTION vault_key_changes_once();
DROP TRIGGER vault_log_only_grows ON vault_log;
DROP FUNCTION vault_log_only_grows();
DROP TRIGGER vault_tile_only_grows ON vault_tile;
DROP FUNCTION vault_tile_only_grows();
"""


class Migration(migrations.Migration):
    dependencies = [("vault", "0003_halves_parts_seen")]
    operations = [
        migrations.RunSQL(SEED, migrations.RunSQL.noop),
        migrations.RunSQL(CHANGES_ONCE, BACK),
    ]
