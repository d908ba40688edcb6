-- purpose: write what became of tries; their rows, or their listeners', are locked
UPDATE broadcast_try t
SET ended = one.ended, at = one.at, tried_at = one.tried_at, look_at = one.look_at
FROM unnest(%(ids)s::bigint[], %(endeds)s::text[], %(ats)s::timestamptz[], %(tried)s::timestamptz[], %(looks)s::timestamptz[])
  AS one (id, ended, at, tried_at, look_at)
WHERE t.id = one.id
