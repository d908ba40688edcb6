-- purpose: gifts whose transfer is missing or says something else, and money in boxes that is no gift, at most `most`
WITH found AS MATERIALIZED (  -- all at once: a LIMIT in here would make the planner look them up one by one
  SELECT g.id, CASE WHEN t.id IS NULL THEN 'given, and no transfer has its id' ELSE 'the transfer has another ' || concat_ws(', ',
      CASE WHEN t.amount <> g.amount THEN 'amount' END,
      CASE WHEN t.credit <> b.account OR t.ref IS DISTINCT FROM g.box_id THEN 'box' END,
      CASE WHEN t.funder IS DISTINCT FROM g.donor_id THEN 'giver' END,
      CASE WHEN (t.kind, t.currency, t.phase) <> ('gift', 'KRW', 'single') THEN 'kind' END) END
  FROM giving_gift g
  JOIN giving_box b ON b.id = g.box_id
  LEFT JOIN ledger_transfer t ON t.id = g.id
  WHERE g.state IN ('given', 'refunded')
    AND (t.amount, t.credit, t.funder, t.ref, t.kind, t.currency, t.phase)
      IS DISTINCT FROM (g.amount, b.account, g.donor_id, g.box_id, 'gift', 'KRW', 'single')
  UNION ALL
  SELECT t.id, 'money of a gift that is ' || coalesce(g.state, 'not written down')
  FROM ledger_transfer t LEFT JOIN giving_gift g ON g.id = t.id
  WHERE t.reverses IS NULL AND coalesce(g.state, '') NOT IN ('given', 'refunded') AND t.kind <> 'pooled'
    AND (t.credit IN (SELECT account FROM giving_box) OR t.kind = 'gift' AND t.ref IN (SELECT id FROM giving_box))
)
SELECT * FROM found LIMIT %(most)s
