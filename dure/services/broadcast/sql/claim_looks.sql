-- purpose: take tries of which something is to be learnt, the longest waiting first, none that another worker has, nor its listener
SELECT t.id
FROM broadcast_try t
JOIN broadcast_reach r ON r.id = t.reach_id
WHERE t.look_at <= %(now)s
ORDER BY t.look_at, t.id
LIMIT %(most)s
FOR UPDATE OF t, r SKIP LOCKED
