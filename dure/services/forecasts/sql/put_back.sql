-- purpose: what these readers heard before of subjects, where what they count as told is what did not come
UPDATE forecasts_told t
SET level = said.before
FROM unnest(%(zones)s::text[], %(hazards)s::text[], %(fields)s::text[], %(days)s::date[], %(levels)s::int[], %(before)s::int[])
  AS said (zone, hazard, field, day, level, before)
WHERE t.reader_id = ANY (%(readers)s) AND t.day = said.day AND t.zone = said.zone AND t.field = said.field
  AND t.hazard = said.hazard AND t.level = said.level
