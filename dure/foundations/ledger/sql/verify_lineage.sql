-- purpose: the moves of accounts that hold money, in the order of the log, without what was reversed; then what each holds.
SELECT t.seq, t.id, t.debit, giver.id IS NOT NULL AS gives, t.credit, taker.id IS NOT NULL AS takes, t.amount
FROM ledger_transfer t
LEFT JOIN ledger_account giver ON giver.id = t.debit AND giver."limit" = 'debits_must_not_exceed_credits'
LEFT JOIN ledger_account taker ON taker.id = t.credit AND taker."limit" = 'debits_must_not_exceed_credits'
WHERE t.phase IN ('single', 'post') AND t.reverses IS NULL
  AND NOT EXISTS (SELECT FROM ledger_transfer r WHERE r.reverses = t.id)
UNION ALL
SELECT NULL, NULL, b.account, false, NULL, false, b.credits_posted - b.debits_posted FROM ledger_balance b
WHERE b."limit" = 'debits_must_not_exceed_credits'
ORDER BY 1 NULLS LAST
