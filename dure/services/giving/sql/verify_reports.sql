-- purpose: filed reports that do not sum to the payout, their lines that are not in the book, spending without a line, at most `most`
WITH money AS (
  SELECT x.id, x.state, x.state = 'reported' AS filed, x.reported_at, p.credits_posted AS paid,
    p.credits_posted - p.debits_posted AS left_over, s.credits_posted AS spent,
    coalesce((SELECT sum(l.amount) FROM giving_report_line l WHERE l.box_id = x.id), 0) AS said
  FROM giving_box x
  LEFT JOIN ledger_balance p ON p.account = x.project_account
  LEFT JOIN ledger_balance s ON s.account = x.spent_account
)
SELECT m.id, v.what FROM money m
CROSS JOIN LATERAL (VALUES
  (m.paid IS NULL OR m.spent IS NULL, 'lacks an account in the book'),
  (m.filed AND m.said <> m.paid, 'the lines sum to ' || m.said || ', paid out were ' || m.paid),
  (m.filed AND m.left_over <> 0, 'reported, and ' || m.left_over || ' are still with the project'),
  (m.filed <> (m.reported_at IS NOT NULL), 'is ' || m.state || ', its report says otherwise'),
  (NOT m.filed AND m.spent <> 0, m.spent || ' were spent, and no report is filed')
) AS v (broken, what) WHERE v.broken
UNION ALL
SELECT l.id, 'the line says ' || l.amount || ', the book ' || coalesce(t.amount, 0)
FROM giving_report_line l
JOIN giving_box x ON x.id = l.box_id AND x.state = 'reported'
LEFT JOIN ledger_transfer t ON t.id = l.id AND t.debit = x.project_account AND t.credit = x.spent_account
  AND NOT EXISTS (SELECT FROM ledger_transfer r WHERE r.reverses = t.id)
WHERE t.amount IS DISTINCT FROM l.amount
UNION ALL
SELECT t.id, 'spent, and no line of a report says what for'
FROM ledger_transfer t JOIN giving_box x ON t.debit = x.project_account
LEFT JOIN giving_report_line l ON l.id = t.id AND l.box_id = x.id
WHERE t.reverses IS NULL AND l.id IS NULL
LIMIT %(most)s
