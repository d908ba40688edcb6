-- purpose: payouts and payout files that do not hold together, or whose way to the bank is booked otherwise, at most `most`
WITH listed AS (
  SELECT file_id AS id, count(*) AS count, sum(amount) AS total, count(*) FILTER (WHERE state = 'listed') AS listed,
    count(*) FILTER (WHERE state = 'sent') AS sent, count(*) FILTER (WHERE state = 'paid') AS paid,
    count(*) FILTER (WHERE state = 'returned') AS returned, count(*) FILTER (WHERE state = 'dropped') AS dropped
  FROM ledger_payout_line GROUP BY file_id
), booked AS (
  SELECT posting AS id, sum(amount) AS amount FROM ledger_transfer
  WHERE posting IN (SELECT id FROM ledger_payout) AND kind = 'payout' GROUP BY posting
), live AS (
  SELECT payout_id AS id, count(*) AS files, count(*) FILTER (WHERE state = 'paid') AS paid
  FROM ledger_payout_line WHERE state IN ('listed', 'sent', 'paid') GROUP BY payout_id
), moved AS (
  SELECT t.ref AS id, sum(t.amount) AS won FROM ledger_transfer t
  WHERE t.kind = 'payout_sent' AND t.reverses IS NULL AND NOT EXISTS (SELECT FROM ledger_transfer r WHERE r.reverses = t.id)
  GROUP BY t.ref
)
SELECT p.id, v.what FROM ledger_payout p LEFT JOIN booked b USING (id) LEFT JOIN live l USING (id) LEFT JOIN moved m USING (id)
CROSS JOIN LATERAL (VALUES
  (b.amount IS DISTINCT FROM p.amount, p.amount || ' are to be paid, the book has ' || coalesce(b.amount, 0)),
  (coalesce(l.files, 0) > 1, 'stands in ' || l.files || ' live files'),
  (coalesce(m.won, 0) <> p.amount * coalesce(l.paid, 0), coalesce(m.won, 0) || ' left our bank account, '
    || p.amount * coalesce(l.paid, 0) || ' arrived')
) AS v (broken, what) WHERE v.broken
UNION ALL
SELECT f.id, v.what FROM ledger_payout_file f LEFT JOIN listed l USING (id) CROSS JOIN LATERAL (VALUES
  ((f.count, f.total) IS DISTINCT FROM (l.count, l.total),
    'says ' || f.count || ' lines and ' || f.total || ', has ' || coalesce(l.count, 0) || ' and ' || coalesce(l.total, 0)),
  (NOT coalesce(CASE f.state
    WHEN 'prepared' THEN l.listed = l.count
    WHEN 'dropped' THEN l.dropped = l.count
    WHEN 'released' THEN l.sent > 0 AND l.sent + l.returned = l.count
    WHEN 'confirmed' THEN l.paid > 0 AND l.paid + l.returned = l.count
    WHEN 'returned' THEN l.returned = l.count
  END, false), 'is ' || f.state || ', its lines are not'),
  (f.released_by_id IS NOT NULL AND NOT EXISTS (SELECT FROM ledger_payout_paper p WHERE p.file_id = f.id AND p.form = 'csv'),
    'was released without its paper')
) AS v (broken, what) WHERE v.broken
UNION ALL
SELECT l.id, 'is for ' || l.amount || ', its payout for ' || p.amount
FROM ledger_payout_line l JOIN ledger_payout p ON p.id = l.payout_id WHERE l.amount <> p.amount
UNION ALL
SELECT m.id, m.won || ' left our bank account for no payout' FROM moved m WHERE NOT EXISTS (SELECT FROM ledger_payout p WHERE p.id = m.id)
LIMIT %(most)s
