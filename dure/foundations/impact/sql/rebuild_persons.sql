-- purpose: the totals of persons, anew from the log of counts
INSERT INTO impact_person (counter, who, net)
SELECT counter, who, sum(n) FROM impact_count WHERE who IS NOT NULL GROUP BY counter, who
