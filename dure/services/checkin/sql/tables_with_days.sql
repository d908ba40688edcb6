-- purpose: name every table of this database that has days, ours or not: also one that somebody copied away and forgot
SELECT format('%%I.%%I', n.nspname, c.relname)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
WHERE a.attname = 'epoch' AND NOT a.attisdropped AND a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)
  AND c.relkind IN ('r', 'm') AND n.nspname NOT LIKE 'pg\_%%'
ORDER BY 1
