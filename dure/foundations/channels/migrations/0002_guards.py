"""What the database keeps by itself: a consent log that only grows."""

from django.db import migrations

REFUSE = """
CREATE TRIGGER channels_consent_only_added BEFORE UPDATE OR DELETE ON channels_consent_line
    FOR EACH ROW EXECUTE FUNCTION people_only_added();
"""


class Migration(migrations.Migration):
    dependencies = [("channels", "0001_initial"), ("people", "0002_guards")]

    operations = [migrations.RunSQL(REFUSE, "DROP TRIGGER channels_consent_only_added ON channels_consent_line")]
