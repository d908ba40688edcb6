-- purpose: name the half hours that are laid and not written yet, the first ones first; also those that an earlier run missed
SELECT split_part(c.relname, '_', 3)::int AS day, split_part(c.relname, '_', 4)::int AS number
FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
WHERE i.inhparent = 'checkin_journal'::regclass
ORDER BY day, number
