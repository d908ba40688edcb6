-- purpose: receivers whose accounts do not hold what deposits gave them, less what was paid out, at most `most`
WITH given AS (
  SELECT s.receiver_id, sum(s.donation + coalesce(c.donation, 0)) AS won FROM pledges_settlement s
  LEFT JOIN (SELECT pledge_id, sum(donation) AS donation FROM pledges_correction GROUP BY pledge_id) c
    ON c.pledge_id = s.pledge_id
  WHERE s.receiver_id IS NOT NULL GROUP BY s.receiver_id
), paid AS (
  SELECT a.code, sum(t.amount) AS won FROM ledger_transfer t JOIN ledger_account a ON a.id = t.debit
  WHERE a.code LIKE 'pledges\_receiver:%%' AND t.kind IN ('payout', 'pooled') GROUP BY a.code
), back AS (
  -- what a box took and gave back
  SELECT a.code, sum(t.amount) AS won FROM ledger_transfer t JOIN ledger_account a ON a.id = t.credit
  WHERE a.code LIKE 'pledges\_receiver:%%' AND t.kind = 'reversal' GROUP BY a.code
), undone AS (
  -- what a correction took back whole, before it was booked anew
  SELECT a.code, sum(t.amount) AS won FROM ledger_transfer t JOIN ledger_account a ON a.id = t.debit
  WHERE a.code LIKE 'pledges\_receiver:%%' AND t.kind = 'reversal' GROUP BY a.code
)
SELECT c.id, v.what FROM pledges_receiver c
LEFT JOIN given g ON g.receiver_id = c.id
LEFT JOIN paid p ON p.code = 'pledges_receiver:' || c.id
LEFT JOIN undone u ON u.code = 'pledges_receiver:' || c.id
LEFT JOIN back k ON k.code = 'pledges_receiver:' || c.id
LEFT JOIN ledger_balance b ON b.account = c.account
CROSS JOIN LATERAL (SELECT coalesce(b.credits_posted, 0) - coalesce(u.won, 0) - coalesce(k.won, 0) AS came,
  coalesce(b.debits_posted, 0) - coalesce(u.won, 0) AS went) n
CROSS JOIN LATERAL (VALUES
  (b.account IS NULL, 'has no account'),
  (n.came <> coalesce(g.won, 0), 'was given ' || coalesce(g.won, 0) || ', the book says ' || n.came),
  (n.went <> coalesce(p.won, 0), 'was paid ' || coalesce(p.won, 0) || ', the book says ' || n.went)
) AS v (broken, what) WHERE v.broken
LIMIT %(most)s
