-- purpose: message credits of which granted, held, spent and won in the book differ, at most `most`
WITH granted AS (
  SELECT organisation_id, sum(won) AS won FROM market_grant WHERE kind = 'credit' GROUP BY organisation_id
), costs AS (
  SELECT organisation_id, coalesce(sum(spent), 0) AS spent, coalesce(sum(held) FILTER (WHERE spent IS NULL), 0) AS held
  FROM market_message_cost GROUP BY organisation_id
), purses AS (
  SELECT o.id, coalesce(g.won, 0) AS granted, coalesce(c.spent, 0) AS spent, coalesce(c.held, 0) AS held,
    coalesce(b.credits_posted, 0) AS came, coalesce(b.debits_posted, 0) AS went, coalesce(b.debits_pending, 0) AS waits
  FROM people_organisation o
  LEFT JOIN granted g ON g.organisation_id = o.id
  LEFT JOIN costs c ON c.organisation_id = o.id
  LEFT JOIN ledger_account a ON a.code = 'market_credit:' || o.id
  LEFT JOIN ledger_balance b ON b.account = a.id
  WHERE a.id IS NOT NULL OR g.won IS NOT NULL OR c.spent IS NOT NULL
)
SELECT p.id, v.what FROM purses p CROSS JOIN LATERAL (VALUES
  (p.granted <> p.came, 'was granted ' || p.granted || ' of credits, the book says ' || p.came),
  (p.spent <> p.went, 'spent ' || p.spent || ' of credits, the book says ' || p.went),
  (p.held <> p.waits, 'holds ' || p.held || ' for messages, the book says ' || p.waits)
) AS v (broken, what) WHERE v.broken
UNION ALL
SELECT m.id, CASE WHEN m.spent IS NULL THEN 'holds ' || m.held || ', the book holds ' || coalesce(t.amount, 0)
    ELSE 'spent ' || m.spent || ', the book says ' || coalesce(e.amount, 0) END
FROM market_message_cost m
LEFT JOIN ledger_transfer t ON t.id = m.id AND t.phase = 'pending'
LEFT JOIN ledger_transfer e ON e.pending_id = m.id AND e.phase = 'post'
WHERE m.held > 0 AND (t.amount IS DISTINCT FROM m.held OR coalesce(e.amount, 0) <> coalesce(m.spent, 0))
LIMIT %(most)s
