-- purpose: name the days whose tables lie ready
SELECT split_part(c.relname, '_', 3)::int AS day
FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
WHERE i.inhparent = 'checkin_visit'::regclass
ORDER BY day
