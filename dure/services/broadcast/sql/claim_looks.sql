-- purpose: take tries of which something is to be learnt, the longest waiting first, none that another worker has, nor its listener
SELECT t.id, r.id, r.standing, r.airing_id, r.person_id, r.way, l.zone, l.left_at IS NOT NULL, r.kind, a.at, a.expires_at
FROM broadcast_try t
JOIN broadcast_reach r ON r.id = t.reach_id
JOIN broadcast_listener l ON l.id = r.listener_id
JOIN broadcast_airing a ON a.id = r.airing_id
WHERE t.look_at <= %(now)s
ORDER BY t.look_at, t.id
LIMIT %(most)s
FOR UPDATE OF t, r SKIP LOCKED
