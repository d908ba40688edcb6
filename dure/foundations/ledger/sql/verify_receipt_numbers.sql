-- purpose: issuers and years whose receipts are not numbered from 1 without gaps, at most `most`
SELECT coalesce(s.issuer, r.issuer), coalesce(s.year, r.year), coalesce(s.last, 0), coalesce(r.count, 0), coalesce(r.highest, 0)
FROM ledger_receipt_series s
FULL JOIN (
  SELECT issuer, year, count(*) AS count, min(serial) AS lowest, max(serial) AS highest
  FROM ledger_donation_receipt GROUP BY issuer, year
) r USING (issuer, year)
WHERE coalesce(s.last, 0) <> coalesce(r.count, 0) OR coalesce(s.last, 0) <> coalesce(r.highest, 0)
LIMIT %(most)s
