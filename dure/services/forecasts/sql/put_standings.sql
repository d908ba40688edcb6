-- purpose: what stands, as it was said last
INSERT INTO forecasts_standing (zone, hazard, field, day, level, issued, number, since, expires, role)
SELECT * FROM unnest(
  %(zones)s::text[], %(hazards)s::text[], %(fields)s::text[], %(days)s::date[], %(levels)s::int[], %(issued)s::timestamptz[],
  %(numbers)s::int[], %(since)s::timestamptz[], %(expires)s::timestamptz[], %(roles)s::text[]
)
ON CONFLICT (zone, field, day, hazard) DO UPDATE
SET level = excluded.level, issued = excluded.issued, number = excluded.number, since = excluded.since,
  expires = excluded.expires, role = excluded.role
