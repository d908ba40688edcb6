-- purpose: boxes whose state and money disagree, and money that left a box by no way there is, at most `most`
WITH money AS (
  SELECT x.id, x.state, x.state IN ('paid_out', 'reported') AS paid, x.payout, x.paid_out_at,
    b.credits_posted - b.debits_posted + m.credits_posted - m.debits_posted AS held, p.credits_posted AS moved,
    (SELECT sum(t.amount) FROM ledger_transfer t WHERE t.posting = x.payout AND t.kind = 'payout'
      AND t.credit = x.project_account AND t.debit IN (x.account, x.match_account)) AS booked,
    (SELECT o.amount FROM ledger_payout o JOIN giving_cause c ON c.id = x.id WHERE o.id = x.payout
      AND o.payee_id = c.partner_id) AS asked
  FROM giving_box x
  LEFT JOIN ledger_balance b ON b.account = x.account
  LEFT JOIN ledger_balance m ON m.account = x.match_account
  LEFT JOIN ledger_balance p ON p.account = x.project_account
), planned AS (
  SELECT DISTINCT ON (p.box_id) p.box_id, p.total, (SELECT count(DISTINCT a.steward_id) FROM giving_approval a
    WHERE a.plan_id = p.id AND a.steward_id <> c.proposer_id) AS approvals
  FROM giving_plan p JOIN giving_cause c ON c.id = p.box_id WHERE p.rejected_at IS NULL ORDER BY p.box_id, p.version DESC
), standing AS (
  SELECT box_id, count(*) AS gifts FROM giving_gift
  WHERE state = 'given' AND box_id IN (SELECT id FROM giving_box WHERE state = 'refunded') GROUP BY box_id
)
SELECT m.id, v.what FROM money m LEFT JOIN planned p ON p.box_id = m.id LEFT JOIN standing s ON s.box_id = m.id
CROSS JOIN LATERAL (VALUES
  (m.held IS NULL OR m.moved IS NULL, 'lacks an account in the book'),
  (m.paid AND m.held <> 0, 'paid out, and ' || m.held || ' are still in the box'),
  (m.paid AND m.moved IS DISTINCT FROM p.total, 'paid out ' || m.moved || ', the plan is for ' || coalesce(p.total, 0)),
  (m.paid AND m.booked IS DISTINCT FROM m.moved, 'paid out ' || m.moved || ', its payout says ' || coalesce(m.booked, 0)),
  (m.paid AND m.asked IS DISTINCT FROM m.moved, 'paid out ' || m.moved || ', the bank is to pay ' || coalesce(m.asked, 0)),
  (m.paid AND coalesce(p.approvals, 0) < %(approvals)s, 'paid out with ' || coalesce(p.approvals, 0) || ' approvals'),
  (m.paid <> (m.paid_out_at IS NOT NULL) OR m.paid <> (m.payout IS NOT NULL), 'is ' || m.state || ', its payout says otherwise'),
  (NOT m.paid AND m.moved <> 0, m.moved || ' were paid out of a box that is ' || m.state),
  (m.state = 'planned' AND m.held IS DISTINCT FROM p.total, 'holds ' || m.held || ', the plan is for ' || coalesce(p.total, 0)),
  (m.state = 'refunded' AND (m.held <> 0 OR s.gifts > 0),
    'all went back, and ' || m.held || ' are in the box, ' || coalesce(s.gifts, 0) || ' gifts stand')
) AS v (broken, what) WHERE v.broken
UNION ALL
SELECT t.id, 'left a box, and is neither a payout nor a refund' FROM ledger_transfer t
WHERE t.reverses IS NULL AND t.kind <> 'payout'
  AND t.debit IN (SELECT account FROM giving_box UNION ALL SELECT match_account FROM giving_box)
LIMIT %(most)s
