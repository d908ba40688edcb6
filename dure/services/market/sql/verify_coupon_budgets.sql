-- purpose: campaigns of which what was set aside, paid and given back do not add up, grants not in the book, at most `most`
WITH used AS (
  SELECT p.campaign_id, sum(r.won_off) AS live, sum(r.won_off) FILTER (WHERE r.state = 'settled') AS settled
  FROM market_redemption r JOIN market_coupon p ON p.id = r.coupon_id
  WHERE r.state IN ('taken', 'settled') GROUP BY p.campaign_id
), money AS (
  SELECT c.id, c.state, c.budget_won, c.budget_account, c.payer_account, coalesce(u.live, 0) AS live,
    coalesce(u.settled, 0) AS settled, b.credits_posted, b.credits_posted - b.debits_posted AS held, t.amount, t.debit, t.credit
  FROM market_campaign c
  LEFT JOIN used u ON u.campaign_id = c.id
  LEFT JOIN ledger_balance b ON b.account = c.budget_account
  LEFT JOIN ledger_transfer t ON t.id = c.id
  WHERE c.payer <> 'shop'
)
SELECT m.id, v.what FROM money m CROSS JOIN LATERAL (VALUES
  (m.budget_won > 0 AND (m.amount, m.debit, m.credit) IS DISTINCT FROM (m.budget_won, m.payer_account, m.budget_account),
    'set aside ' || m.budget_won || ', the book says ' || coalesce(m.amount, 0)),
  (m.live > m.budget_won, 'took off ' || m.live || ', set aside were ' || m.budget_won),
  (m.state = 'ended' AND coalesce(m.held, 0) <> 0, 'is over, and ' || m.held || ' were not given back'),
  (m.state <> 'ended' AND coalesce(m.held, 0) <> m.budget_won - m.settled,
    'holds ' || coalesce(m.held, 0) || ', should hold ' || m.budget_won - m.settled)
) AS v (broken, what) WHERE v.broken
UNION ALL
SELECT g.id, 'granted ' || g.won || ' for coupons, the book says ' || coalesce(t.amount, 0)
FROM market_grant g JOIN market_fund f ON f.id = g.fund_id
LEFT JOIN ledger_account a ON a.code = 'market_budget:' || g.market_id LEFT JOIN ledger_transfer t ON t.id = g.id
WHERE g.kind = 'budget' AND (t.amount, t.debit, t.credit) IS DISTINCT FROM (g.won, f.account, a.id)
LIMIT %(most)s
