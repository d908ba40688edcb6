-- purpose: name every table of a database that is called as one of the visit party's: in another database it is a copy
SELECT format('%%I.%%I', n.nspname, c.relname)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relname ~ '^checkin_(visit|seed|spent|journal)(_|$)' AND c.relkind IN ('r', 'm') AND n.nspname NOT LIKE 'pg\_%%'
ORDER BY 1
