"""What the database keeps by itself: logs that only grow, and the table of the shared cache."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION people_only_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is only added to: no % here', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER people_consent_only_added BEFORE UPDATE OR DELETE ON people_consent
    FOR EACH ROW EXECUTE FUNCTION people_only_added();
CREATE TRIGGER people_verification_step_only_added BEFORE UPDATE OR DELETE ON people_verification_step
    FOR EACH ROW EXECUTE FUNCTION people_only_added();
"""
UNREFUSE = """
DROP TRIGGER people_verification_step_only_added ON people_verification_step;
DROP TRIGGER people_consent_only_added ON people_consent;
DROP FUNCTION people_only_added();
"""
CACHE = """
CREATE TABLE people_cache (
    cache_key varchar(255) PRIMARY KEY,
    value text NOT NULL,
    expires timestamptz NOT NULL
);
CREATE INDEX people_cache_expires ON people_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]

    operations = [
        migrations.RunSQL(REFUSE, UNREFUSE),
        migrations.RunSQL(CACHE, "DROP TABLE people_cache"),
    ]
