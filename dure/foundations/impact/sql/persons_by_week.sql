-- purpose: how many different persons each week counts, corrections of that week taken off
SELECT week, count(*) FROM (
    SELECT date_trunc('week', day)::date AS week, who
    FROM impact_count
    WHERE counter = %(counter)s AND who IS NOT NULL AND day BETWEEN %(first)s AND %(last)s
    GROUP BY 1, 2 HAVING sum(n) > 0
) persons GROUP BY 1
