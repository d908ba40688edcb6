-- purpose: funds whose deposits, grants, what went back and won in the book differ, at most `most`
SELECT d.id, CASE WHEN d.state = 'booked' THEN 'brought ' || d.won || ', the book says ' || coalesce(t.amount, 0)
    ELSE 'is ' || d.state || ', and the book has it' END
FROM market_deposit d JOIN market_fund f ON f.id = d.fund_id LEFT JOIN ledger_transfer t ON t.id = d.id
WHERE CASE WHEN d.state = 'booked' THEN (t.amount, t.credit) IS DISTINCT FROM (d.won, f.account) ELSE t.id IS NOT NULL END
UNION ALL
SELECT t.id, 'left a fund, and is neither a grant nor a campaign'
FROM market_fund f JOIN ledger_transfer t ON t.debit = f.account
LEFT JOIN market_grant g ON g.id = t.id LEFT JOIN market_campaign c ON c.id = t.id
WHERE t.reverses IS NULL AND g.id IS NULL AND c.id IS NULL
UNION ALL
SELECT t.id, 'came into a fund, and is neither a deposit nor given back'
FROM market_fund f JOIN ledger_transfer t ON t.credit = f.account
LEFT JOIN market_deposit d ON d.id = t.id LEFT JOIN market_campaign c ON c.budget_account = t.debit
LEFT JOIN market_grant_return r ON r.id = t.id
WHERE t.reverses IS NULL AND d.id IS NULL AND c.id IS NULL AND r.id IS NULL
UNION ALL
SELECT r.id, 'gave back ' || r.won || ' of a grant, the book says ' || coalesce(t.amount, 0)
FROM market_grant_return r JOIN market_grant g ON g.id = r.grant_id JOIN market_fund f ON f.id = g.fund_id
LEFT JOIN ledger_transfer t ON t.id = r.id
LEFT JOIN ledger_account a
  ON a.code = CASE WHEN g.kind = 'budget' THEN 'market_budget:' || g.market_id ELSE 'market_credit:' || g.organisation_id END
WHERE (t.amount, t.debit, t.credit) IS DISTINCT FROM (r.won, a.id, f.account)
UNION ALL
SELECT g.id, 'was given back ' || sum(r.won) || ' of ' || g.won
FROM market_grant g JOIN market_grant_return r ON r.grant_id = g.id GROUP BY g.id, g.won HAVING sum(r.won) > g.won
UNION ALL
SELECT m.id, b.credits_posted - b.debits_posted || ' of its budget are left, and nobody speaks for it'
FROM market_market m JOIN ledger_account a ON a.code = 'market_budget:' || m.id JOIN ledger_balance b ON b.account = a.id
WHERE b.credits_posted > b.debits_posted
  AND NOT EXISTS (SELECT FROM market_association s WHERE s.market_id = m.id AND s.state = 'confirmed')
LIMIT %(most)s
