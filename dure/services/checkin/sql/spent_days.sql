-- purpose: name the days of which it lies there still what was spent
SELECT split_part(c.relname, '_', 3)::int AS day
FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
WHERE i.inhparent = 'checkin_spent'::regclass
ORDER BY day
