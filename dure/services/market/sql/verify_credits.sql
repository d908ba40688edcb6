-- purpose: message credits of which granted, held, spent, given back and won in the book differ, at most `most`
WITH granted AS (
  SELECT organisation_id, sum(won) AS won FROM market_grant WHERE kind = 'credit' GROUP BY organisation_id
), returned AS (
  SELECT g.organisation_id, sum(r.won) AS won FROM market_grant_return r JOIN market_grant g ON g.id = r.grant_id
  WHERE g.kind = 'credit' GROUP BY g.organisation_id
), costs AS (
  SELECT organisation_id, coalesce(sum(spent), 0) AS spent, sum(CASE WHEN spent IS NULL THEN held ELSE open_won END) AS held
  FROM market_message_cost GROUP BY organisation_id
), booked AS (
  SELECT coalesce(t.ref, t.id) AS cost,
    sum(CASE WHEN t.phase = 'single' THEN t.amount WHEN e.phase = 'post' THEN e.amount ELSE 0 END) AS spent,
    coalesce(sum(t.amount) FILTER (WHERE t.phase = 'pending' AND e.id IS NULL), 0) AS waits
  FROM ledger_transfer t LEFT JOIN ledger_transfer e ON e.pending_id = t.id
  WHERE t.kind = 'messages' AND t.phase IN ('pending', 'single')
  GROUP BY 1
), purses AS (
  SELECT o.id, coalesce(g.won, 0) AS granted, coalesce(c.spent, 0) AS spent, coalesce(c.held, 0) AS held, coalesce(r.won, 0) AS returned,
    coalesce(b.credits_posted, 0) AS came, coalesce(b.debits_posted, 0) AS went, coalesce(b.debits_pending, 0) AS waits
  FROM people_organisation o
  LEFT JOIN granted g ON g.organisation_id = o.id
  LEFT JOIN returned r ON r.organisation_id = o.id
  LEFT JOIN costs c ON c.organisation_id = o.id
  LEFT JOIN ledger_account a ON a.code = 'market_credit:' || o.id
  LEFT JOIN ledger_balance b ON b.account = a.id
  WHERE a.id IS NOT NULL OR g.won IS NOT NULL OR c.spent IS NOT NULL
)
SELECT p.id, v.what FROM purses p CROSS JOIN LATERAL (VALUES
  (p.granted <> p.came, 'was granted ' || p.granted || ' of credits, the book says ' || p.came),
  (p.spent + p.returned <> p.went, 'spent ' || p.spent || ' and gave back ' || p.returned || ' of credits, the book says ' || p.went),
  (p.held <> p.waits, 'holds ' || p.held || ' for messages, the book says ' || p.waits)
) AS v (broken, what) WHERE v.broken
UNION ALL
SELECT m.id, 'spent ' || coalesce(m.spent, 0) || ' and holds ' || CASE WHEN m.spent IS NULL THEN m.held ELSE m.open_won END
    || ', the book says ' || coalesce(b.spent, 0) || ' and ' || coalesce(b.waits, 0)
FROM market_message_cost m LEFT JOIN booked b ON b.cost = m.id
WHERE coalesce(b.spent, 0) <> coalesce(m.spent, 0)
  OR coalesce(b.waits, 0) <> CASE WHEN m.spent IS NULL THEN m.held ELSE m.open_won END
LIMIT %(most)s
