-- purpose: captured payments that no transfer of the log stands for, at most `most`
SELECT p.id, p.amount
FROM ledger_payment p
LEFT JOIN ledger_transfer t ON t.id = p.posting AND t.credit = p.account AND t.amount = p.amount AND t.currency = p.currency
WHERE p.captured_at IS NOT NULL AND t.id IS NULL
ORDER BY p.captured_at, p.id
LIMIT %(most)s
