-- purpose: the totals of days, anew from the log of counts
INSERT INTO impact_day (counter, day, region, house, total, events)
SELECT counter, day, region, house, sum(n), count(*) FROM impact_count GROUP BY counter, day, region, house
