"""What Django's models cannot say: no two rows of a code at one time, positions on the sphere, an index that knows the nearest.

`cube` and `btree_gist` come with every PostgreSQL and may be made by the owner of the database (trusted extensions).
"""

from django.db import migrations

NO_OVERLAP = """
ALTER TABLE places_region ADD CONSTRAINT places_region_one_at_a_time
EXCLUDE USING gist (system WITH =, code WITH =, daterange(valid_from, valid_to) WITH &&)
"""
POSITION = """
ALTER TABLE places_point ADD COLUMN position cube NOT NULL GENERATED ALWAYS AS (
    cube(ARRAY[cos(radians(lat)) * cos(radians(lon)), cos(radians(lat)) * sin(radians(lon)), sin(radians(lat))])
) STORED
"""
NEAREST = "CREATE INDEX places_point_nearest ON places_point USING gist (kind, position)"


class Migration(migrations.Migration):
    dependencies = [("places", "0001_initial")]

    operations = [
        migrations.RunSQL("CREATE EXTENSION IF NOT EXISTS cube", migrations.RunSQL.noop),
        migrations.RunSQL("CREATE EXTENSION IF NOT EXISTS btree_gist", migrations.RunSQL.noop),
        migrations.RunSQL(NO_OVERLAP, "ALTER TABLE places_region DROP CONSTRAINT places_region_one_at_a_time"),
        migrations.RunSQL(POSITION, "ALTER TABLE places_point DROP COLUMN position"),
        migrations.RunSQL(NEAREST, "DROP INDEX places_point_nearest"),
    ]
