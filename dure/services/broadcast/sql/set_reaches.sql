-- purpose: write what comes next for listeners; their rows are locked
UPDATE broadcast_reach r
SET standing = one.standing, way = one.way, next_at = one.next_at, ended_at = CASE WHEN one.next_at IS NULL THEN %(now)s::timestamptz END
FROM unnest(%(ids)s::uuid[], %(standings)s::text[], %(ways)s::text[], %(nexts)s::timestamptz[]) AS one (id, standing, way, next_at)
WHERE r.id = one.id
