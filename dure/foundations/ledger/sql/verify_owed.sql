-- purpose: won owed to payers that are not what providers refused less what was paid at the bank, at most `most`
WITH owed AS (
  SELECT coalesce(sum(amount), 0) AS won FROM ledger_refund WHERE state IN ('refused', 'entered')
), held AS (
  SELECT coalesce(sum(b.credits_posted - b.debits_posted), 0) AS won
  FROM ledger_account a JOIN ledger_balance b ON b.account = a.id WHERE a.code = 'payments:owed'
)
SELECT 'payments:owed', 'holds ' || h.won || ' where ' || o.won || ' are owed to payers' FROM owed o, held h WHERE o.won <> h.won
UNION ALL
SELECT r.id::text, 'paid ' || r.amount || ' at the bank, but not in the book'
FROM ledger_refund r
LEFT JOIN ledger_transfer t ON t.id = r.paid_by AND t.amount = r.amount AND t.kind = 'refund_paid'
  AND NOT EXISTS (SELECT FROM ledger_transfer u WHERE u.reverses = t.id)
WHERE r.state = 'paid' AND t.id IS NULL
UNION ALL
SELECT r.id::text, 'paid at the bank on the word of one person'
FROM ledger_refund r
WHERE r.state = 'paid' AND NOT EXISTS (
  SELECT FROM ledger_refund_step s WHERE s.refund_id = r.id AND s.want = 'confirm' AND s.by_id <> r.entered_by_id
)
LIMIT %(most)s
