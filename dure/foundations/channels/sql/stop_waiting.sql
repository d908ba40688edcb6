-- purpose: give the dispatches of stopped sendings their end, some at a time; what is on its way is left to be told
WITH chosen AS (
  SELECT d.id
  FROM channels_sending s
  JOIN channels_dispatch d ON d.sending_id = s.id AND d.next_at IS NOT NULL
  WHERE s.state = 'stopped' AND s.id = ANY (%(sendings)s) AND (d.state <> 'sending' OR d.next_at <= %(now)s)
  LIMIT %(most)s
  FOR UPDATE OF d SKIP LOCKED
)
UPDATE channels_dispatch d
SET next_at = NULL, why = 'stopped',
  state = CASE WHEN d.best <> '' THEN d.best WHEN d.state IN ('unsure', 'sending') THEN 'unsure' ELSE 'stopped' END
FROM chosen
WHERE d.id = chosen.id
