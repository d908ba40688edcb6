-- purpose: take tries of which something is to be learnt, the longest waiting first, none that another worker has, nor its listener
WITH taken AS MATERIALIZED (
  SELECT t.id, r.id AS reach, r.standing, r.airing_id, r.person_id, r.listener_id, r.way, r.kind
  FROM broadcast_try t
  JOIN broadcast_reach r ON r.id = t.reach_id
  WHERE t.look_at <= %(now)s
  ORDER BY t.look_at
  LIMIT %(most)s
  FOR UPDATE OF t, r SKIP LOCKED
)
SELECT t.id, t.reach, t.standing, t.airing_id, t.person_id, t.way, l.zone, l.left_at IS NOT NULL, t.kind, a.at, a.expires_at
FROM taken t
JOIN broadcast_listener l ON l.id = t.listener_id
JOIN broadcast_airing a ON a.id = t.airing_id
