-- purpose: receivers whose accounts do not hold what deposits gave, less what was paid out, at most `most`
WITH given AS (
  SELECT receiver_id, sum(donation) AS won FROM pledges_settlement WHERE receiver_id IS NOT NULL GROUP BY receiver_id
), paid AS (
  SELECT a.code, sum(t.amount) AS won FROM ledger_transfer t JOIN ledger_account a ON a.id = t.debit
  WHERE a.code LIKE 'pledges\_receiver:%%' AND t.kind = 'payout' GROUP BY a.code
)
SELECT c.id, v.what FROM pledges_receiver c
LEFT JOIN given g ON g.receiver_id = c.id
LEFT JOIN paid p ON p.code = 'pledges_receiver:' || c.id
LEFT JOIN ledger_balance b ON b.account = c.account
CROSS JOIN LATERAL (VALUES
  (b.account IS NULL, 'has no account'),
  (coalesce(b.credits_posted, 0) <> coalesce(g.won, 0), 'was given ' || coalesce(g.won, 0) || ', the book says '
    || coalesce(b.credits_posted, 0)),
  (coalesce(b.debits_posted, 0) <> coalesce(p.won, 0), 'was paid ' || coalesce(p.won, 0) || ', the book says '
    || coalesce(b.debits_posted, 0))
) AS v (broken, what) WHERE v.broken
LIMIT %(most)s
