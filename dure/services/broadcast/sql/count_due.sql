-- purpose: for how many listeners of each village a step is due, by kind; of each kind and village no more than `most` are counted
SELECT w.kind, w.village_id, (
  SELECT count(*) FROM (
    SELECT FROM broadcast_reach r
    WHERE r.kind = w.kind AND r.village_id = w.village_id AND r.next_at <= %(now)s LIMIT %(most)s
  ) few
) AS due
FROM (SELECT DISTINCT kind, village_id FROM broadcast_reach WHERE next_at <= %(now)s) w
ORDER BY due, w.village_id
