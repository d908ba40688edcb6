"""Birthdays lose their years: a channel needs month and day only."""

from django.db import migrations

YEARLESS = """
UPDATE channels_friend_date
SET "on" = make_date(2000, extract(month FROM "on")::int, extract(day FROM "on")::int)
WHERE name = 'birthday' AND extract(year FROM "on") <> 2000
"""


class Migration(migrations.Migration):
    dependencies = [("channels", "0006_inbox")]
    operations = [migrations.RunSQL(YEARLESS, migrations.RunSQL.noop)]
