-- purpose: write down everybody who listens to a village of this airing, once each, with when they are told first where they live
INSERT INTO broadcast_reach
  (id, airing_id, listener_id, person_id, village_id, kind, standing, way, next_at, parts, share, ended_at)
SELECT gen_random_uuid(), %(airing)s, l.id, l.person_id, l.village_id, %(kind)s,
  CASE WHEN z.at < %(expires)s THEN 'waiting' ELSE 'expired' END,
  CASE WHEN z.at < %(expires)s THEN 'push' ELSE '' END,
  CASE WHEN z.at < %(expires)s THEN z.at END, '[]', 0,
  CASE WHEN z.at < %(expires)s THEN NULL ELSE %(now)s::timestamptz END
FROM (
  SELECT DISTINCT ON (m.person_id) m.id, m.person_id, m.village_id, m.zone
  FROM broadcast_listener m
  JOIN broadcast_announcement_village v ON v.village_id = m.village_id AND v.announcement_id = %(announcement)s
  WHERE m.left_at IS NULL AND m.person_id <> %(author)s
  ORDER BY m.person_id, m.joined_at, m.id
) l
JOIN unnest(%(zones)s::text[], %(times)s::timestamptz[]) AS z (zone, at) ON z.zone = l.zone
