-- purpose: deposits that do not lie in their accounts, or did not leave them, as their pledges say, at most `most`
WITH accounts AS (
  SELECT p.id, p.state, p.deposit, p.held_at, s.refund, s.donation + coalesce(c.donation, 0) AS donation,
    s.fee + coalesce(c.fee, 0) AS fee, s.refunded_at,
    coalesce(b.credits_posted, 0) AS came, coalesce(b.debits_posted, 0) AS went,
    -- what a whole refund takes back counts as never come: a reversal leaves on the other side
    coalesce(g.won, 0) AS given, coalesce(f.won, 0) AS charged
  FROM pledges_pledge p
  LEFT JOIN pledges_settlement s ON s.pledge_id = p.id
  LEFT JOIN (SELECT pledge_id, sum(donation)::bigint AS donation, sum(fee)::bigint AS fee
    FROM pledges_correction GROUP BY pledge_id) c ON c.pledge_id = p.id
  LEFT JOIN ledger_account a ON a.code = 'pledge:' || p.id
  LEFT JOIN ledger_balance b ON b.account = a.id
  -- what was corrected was taken back whole and booked anew
  LEFT JOIN LATERAL (SELECT sum(t.amount) AS won FROM ledger_transfer t
    WHERE t.debit = a.id AND t.kind = 'donation' AND t.ref = p.project_id
    AND NOT EXISTS (SELECT FROM ledger_transfer r WHERE r.reverses = t.id)) g ON true
  LEFT JOIN LATERAL (SELECT sum(t.amount) AS won FROM ledger_transfer t
    WHERE t.debit = a.id AND t.kind = 'fee' AND t.ref = p.project_id
    AND NOT EXISTS (SELECT FROM ledger_transfer r WHERE r.reverses = t.id)) f ON true
)
SELECT a.id, v.what FROM accounts a CROSS JOIN LATERAL (VALUES
  (a.state IN ('joined', 'stopped') AND (a.came <> a.deposit OR a.went <> 0),
    'holds a deposit of ' || a.deposit || ', the book has ' || (a.came - a.went)),
  (a.state IN ('waiting', 'offered', 'paying', 'lapsed', 'failed') AND a.came <> a.went, 'is not in, and the book holds '
    || (a.came - a.went)),
  (a.state IN ('left', 'cancelled') AND a.came <> a.went, 'is out, and the book still holds ' || (a.came - a.went)),
  (a.state = 'settled' AND a.refund IS NULL, 'is settled without a settlement'),
  (a.state <> 'settled' AND a.refund IS NOT NULL, 'has a settlement and is not settled'),
  (a.refund IS NOT NULL AND a.given <> a.donation, 'gave ' || a.donation || ', the book says ' || a.given),
  (a.refund IS NOT NULL AND a.charged <> a.fee, 'was charged ' || a.fee || ', the book says ' || a.charged),
  (a.refund IS NOT NULL AND a.came - a.went <> CASE WHEN a.refunded_at IS NULL THEN a.refund ELSE 0 END,
    'is settled, and the book still holds ' || (a.came - a.went))
) AS v (broken, what) WHERE v.broken
LIMIT %(most)s
