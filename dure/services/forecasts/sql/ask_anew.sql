-- purpose: let whoever wants to hear of these places be asked about; waits for those who are just being written to
WITH whose AS (
  SELECT r.person_id
  FROM forecasts_reader r
  WHERE r.person_id IN (
    SELECT p.reader_id
    FROM unnest(%(zones)s::text[], %(fields)s::text[]) AS at (zone, field)
    JOIN forecasts_place p ON p.zone = at.zone AND p.field = at.field
  )
  ORDER BY r.person_id
  FOR UPDATE
)
UPDATE forecasts_reader r
SET ask_at = %(now)s
FROM whose
WHERE r.person_id = whose.person_id
