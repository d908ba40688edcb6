-- purpose: let these people get nothing more of these sendings; of what is on its way the answer is awaited, and nothing follows it
WITH called AS (
  SELECT d.id
  FROM unnest(%(sendings)s::uuid[], %(persons)s::uuid[]) AS one (sending, person)
  JOIN channels_dispatch d ON d.sending_id = one.sending AND d.person_id = one.person
  WHERE d.recalled_at IS NULL
  ORDER BY d.id
  FOR NO KEY UPDATE OF d
)
UPDATE channels_dispatch d
SET recalled_at = %(now)s,
  state = CASE WHEN d.next_at IS NULL OR d.state IN ('sending', 'unsure') THEN d.state WHEN d.best <> '' THEN d.best ELSE 'stopped' END,
  why = CASE WHEN d.next_at IS NULL OR d.state IN ('sending', 'unsure') THEN d.why ELSE 'stopped' END,
  next_at = CASE WHEN d.state IN ('sending', 'unsure') THEN d.next_at END
FROM called
WHERE d.id = called.id
