-- purpose: gifts that went back without a reversal of their transfer, and gifts that stand though it was reversed, at most `most`
WITH found AS MATERIALIZED (  -- all at once: a LIMIT in here would make the planner look them up one by one
  SELECT g.id, CASE WHEN r.id IS NULL THEN 'went back, and its transfer was not reversed'
    ELSE 'its transfer was reversed, and it is ' || g.state END
  FROM giving_gift g LEFT JOIN ledger_transfer r ON r.reverses = g.id
  WHERE (g.state = 'refunded') <> (r.id IS NOT NULL)
)
SELECT * FROM found LIMIT %(most)s
