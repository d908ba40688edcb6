-- purpose: take a new lease on what this sender has cut and not asked for yet, unless others have it by now; answers which
WITH mine AS (
  SELECT d.id, a.key
  FROM channels_attempt a
  JOIN channels_dispatch d ON d.id = a.dispatch_id
  WHERE a.key = ANY (%(keys)s) AND d.state = 'sending' AND d.next_at = %(until)s
  ORDER BY d.id
  FOR NO KEY UPDATE OF d
)
UPDATE channels_dispatch d
SET next_at = %(again)s
FROM mine
WHERE d.id = mine.id
RETURNING mine.key
