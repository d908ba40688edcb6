-- purpose: payments refunded beyond what was captured, and refunds no transfer of the log stands for, at most `most`
WITH refunded AS (
  SELECT r.payment_id, sum(r.amount) AS total FROM ledger_refund r GROUP BY r.payment_id
)
SELECT p.id, 'refunded ' || f.total || ' of ' || p.amount
FROM refunded f JOIN ledger_payment p ON p.id = f.payment_id
WHERE p.captured_at IS NULL OR f.total > p.amount
UNION ALL
SELECT r.id, 'refund of ' || r.amount || ' is not in the book'
FROM ledger_refund r LEFT JOIN ledger_transfer t ON t.id = r.id AND t.amount = r.amount
WHERE t.id IS NULL
LIMIT %(most)s
