-- purpose: funds whose deposits, grants and won in the book differ, at most `most`
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
WHERE t.reverses IS NULL AND d.id IS NULL AND c.id IS NULL
LIMIT %(most)s
