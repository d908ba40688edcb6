-- purpose: mark the letters that say another level of these subjects than stands now; answers their sendings
WITH wrong AS (
  SELECT l.id
  FROM forecasts_letter l
  WHERE l.stopped_at IS NULL AND l.expires_at > %(now)s AND l.id IN (
    SELECT s.letter_id
    FROM unnest(%(subjects)s::text[], %(levels)s::int[]) AS said (subject, level)
    JOIN forecasts_letter_subject s ON s.subject = said.subject AND s.level IS DISTINCT FROM said.level
  )
  ORDER BY l.id
  FOR UPDATE
)
UPDATE forecasts_letter l
SET stopped_at = %(now)s
FROM wrong
WHERE l.id = wrong.id
RETURNING l.sending
