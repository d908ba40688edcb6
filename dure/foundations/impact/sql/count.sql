-- purpose: count a group of events, each once, and keep the totals of days and persons; answers how many were new and how many differ
WITH given AS (
    SELECT DISTINCT ON (g.counter, g.event) g.*
    FROM json_to_recordset(%(counts)s::json)
         AS g(counter text, event uuid, n bigint, at timestamptz, day date, region text, house text, who bytea)
    ORDER BY g.counter, g.event
), fresh AS (
    INSERT INTO impact_count (counter, event, n, at, day, region, house, who, counted_at)
    SELECT counter, event, n, at, day, region, house, who, %(now)s FROM given
    ON CONFLICT (counter, event) DO NOTHING
    RETURNING counter, n, day, region, house, who
), days AS (
    INSERT INTO impact_day AS d (counter, day, region, house, total, events)
    SELECT counter, day, region, house, sum(n), count(*) FROM fresh GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
    ON CONFLICT (counter, day, region, house) DO UPDATE
    SET total = d.total + excluded.total, events = d.events + excluded.events
), persons AS (
    INSERT INTO impact_person AS p (counter, who, net)
    SELECT counter, who, sum(n) FROM fresh WHERE who IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2
    ON CONFLICT (counter, who) DO UPDATE SET net = p.net + excluded.net
), reach AS (
    INSERT INTO impact_reach AS r (id, position, at)
    SELECT 1, count(*), %(now)s FROM fresh HAVING count(*) > 0
    ON CONFLICT (id) DO UPDATE SET position = r.position + excluded.position, at = excluded.at
)
SELECT (SELECT count(*) FROM fresh),
       (SELECT min(g.counter) FROM given g JOIN impact_count c USING (counter, event)
        WHERE (g.n, g.region, g.house, g.who) IS DISTINCT FROM (c.n, c.region, c.house, c.who))
