-- purpose: take so many listeners of each village whose step is due, the longest waiting first, none that another worker has
SELECT d.id, d.airing_id, d.person_id, d.way, l.zone, l.left_at IS NOT NULL
FROM unnest(%(kinds)s::text[], %(villages)s::uuid[], %(counts)s::int[]) AS w (kind, village_id, most)
CROSS JOIN LATERAL (
  SELECT r.id, r.airing_id, r.person_id, r.way, r.listener_id FROM broadcast_reach r
  WHERE r.kind = w.kind AND r.village_id = w.village_id AND r.next_at <= %(now)s
  ORDER BY r.next_at, r.id
  LIMIT w.most
  FOR UPDATE SKIP LOCKED
) d
JOIN broadcast_listener l ON l.id = d.listener_id
