-- purpose: queue the next friends who fit a segment; answers how many, and the last of them
WITH next AS MATERIALIZED (
  SELECT f.person_id
  FROM channels_friend f
  WHERE f.channel_id = %s AND f.left_at IS NULL AND f.person_id > %s AND (true)
  ORDER BY f.person_id
  LIMIT %s
), put AS (
  INSERT INTO channels_dispatch (sending_id, person_id, lane, state, rung, tries, best, counted, next_at, why)
  SELECT %s, next.person_id, %s, 'waiting', 0, 0, '', false, %s, ''
  FROM next
  ON CONFLICT (sending_id, person_id) DO NOTHING
  RETURNING 1
)
SELECT (SELECT count(*) FROM next), (SELECT count(*) FROM put),
  (SELECT person_id FROM next ORDER BY person_id DESC LIMIT 1)
