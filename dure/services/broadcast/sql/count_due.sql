-- purpose: for how many listeners of each village a step is due, by kind, up to a portion; the few first, then by lot
WITH RECURSIVE waiting AS (  -- villages in which anybody waits for anything: from one to the next in the index
  (SELECT kind, village_id FROM broadcast_reach WHERE next_at IS NOT NULL ORDER BY kind, village_id LIMIT 1)
  UNION ALL
  SELECT n.kind, n.village_id
  FROM waiting w CROSS JOIN LATERAL (
    SELECT r.kind, r.village_id FROM broadcast_reach r
    WHERE r.next_at IS NOT NULL AND (r.kind, r.village_id) > (w.kind, w.village_id)
    ORDER BY r.kind, r.village_id LIMIT 1
  ) n
)
SELECT w.kind, w.village_id, d.due
FROM waiting w CROSS JOIN LATERAL (
  SELECT count(*) AS due FROM (
    SELECT FROM broadcast_reach r
    WHERE r.kind = w.kind AND r.village_id = w.village_id AND r.next_at <= %(now)s
    LIMIT greatest(%(portion)s, %(most)s / (SELECT count(*) FROM waiting))
  ) few
) d
WHERE d.due > 0
ORDER BY d.due, hashtextextended(w.village_id::text, %(lot)s)
