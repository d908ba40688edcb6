-- purpose: days whose kept total is not what the log of counts adds up to
SELECT counter, day, region, house, 'kept', d.total, d.events, 'counted', c.total, c.events
FROM impact_day d
FULL JOIN (
    SELECT counter, day, region, house, sum(n)::bigint AS total, count(*) AS events
    FROM impact_count GROUP BY counter, day, region, house
) c USING (counter, day, region, house)
WHERE (d.total, d.events) IS DISTINCT FROM (c.total, c.events)
ORDER BY counter, day, region, house
LIMIT %(most)s
