-- purpose: pseudonyms whose kept total is not what the log of counts adds up to
SELECT counter, encode(who, 'hex'), 'kept', p.net, 'counted', c.net
FROM impact_person p
FULL JOIN (
    SELECT counter, who, sum(n)::bigint AS net FROM impact_count WHERE who IS NOT NULL GROUP BY counter, who
) c USING (counter, who)
WHERE p.net IS DISTINCT FROM c.net
ORDER BY counter, who
LIMIT %(most)s
