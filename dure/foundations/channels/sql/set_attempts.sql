-- purpose: write what became of attempts
UPDATE channels_attempt a
SET state = one.state, code = one.code, told_at = one.told_at
FROM unnest(%(ids)s::bigint[], %(states)s::text[], %(codes)s::text[], %(tolds)s::timestamptz[])
  AS one (id, state, code, told_at)
WHERE a.id = one.id
