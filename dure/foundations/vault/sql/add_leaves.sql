-- purpose: put new entries at the end of a log; a place or a key that is taken fails all of them
INSERT INTO vault_leaf (log_id, index, key, body)
SELECT %(log)s, fresh.index, fresh.key, fresh.body
FROM unnest(%(indexes)s::bigint[], %(keys)s::text[], %(bodies)s::bytea[]) AS fresh (index, key, body)
