-- purpose: donors, receivers and tax years whose live receipts say another sum than their receipted donations, at most `most`
WITH attested AS (
  SELECT r.donor_id, r.issuer AS receiver, r.tax_year AS year, sum(r.total)::bigint AS total,
    sum((SELECT coalesce(sum(l.amount), 0) FROM ledger_donation_receipt_line l WHERE l.receipt_id = r.id))::bigint AS lines
  FROM ledger_donation_receipt r WHERE r.reversed_at IS NULL GROUP BY 1, 2, 3
), given AS (
  SELECT d.donor_id, d.receiver, d.year, sum(d.amount - d.reversed)::bigint AS total
  FROM ledger_donation d
  WHERE EXISTS (SELECT FROM ledger_donation_receipt_line l WHERE l.donation_id = d.id AND l.live)
  GROUP BY 1, 2, 3
)
SELECT coalesce(a.donor_id, g.donor_id), 'year ' || coalesce(a.year, g.year) || ': receipts say ' || coalesce(a.total, 0)
  || ' (lines ' || coalesce(a.lines, 0) || '), donations on them are ' || coalesce(g.total, 0)
FROM attested a FULL JOIN given g USING (donor_id, receiver, year)
WHERE (a.total, a.lines) IS DISTINCT FROM (g.total, g.total)
LIMIT %(most)s
