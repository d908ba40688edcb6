-- purpose: settlements that do not add up, or whose booking is not net, fee and VAT to the won, at most `most`
WITH written AS (
  SELECT settlement_id AS id, sum(CASE kind WHEN 'capture' THEN amount ELSE -amount END) AS gross, sum(fee) AS fee, sum(vat) AS vat
  FROM ledger_settlement_line GROUP BY settlement_id
), moved AS (
  SELECT s.id, a.code, sum(CASE WHEN a.id = t.credit THEN t.amount ELSE -t.amount END) AS won
  FROM ledger_settlement s
  JOIN ledger_transfer t ON t.posting = s.posting
  JOIN ledger_account a ON a.id IN (t.debit, t.credit)
  WHERE s.state = 'booked' AND NOT EXISTS (SELECT FROM ledger_transfer r WHERE r.reverses = t.id)
  GROUP BY s.id, a.code
), should AS (
  SELECT id, 'provider:' || provider AS code, gross AS won FROM ledger_settlement WHERE state = 'booked'
  UNION ALL SELECT id, 'bank:platform', -net FROM ledger_settlement WHERE state = 'booked'
  UNION ALL SELECT id, 'platform:fees', -fee FROM ledger_settlement WHERE state = 'booked'
  UNION ALL SELECT id, 'platform:fees_vat', -vat FROM ledger_settlement WHERE state = 'booked'
)
SELECT s.id, 'the lines come to ' || coalesce(w.gross, 0) || ', fee ' || coalesce(w.fee, 0) || ', VAT ' || coalesce(w.vat, 0)
  || '; it says ' || s.gross || ', ' || s.fee || ', ' || s.vat
FROM ledger_settlement s LEFT JOIN written w USING (id)
WHERE (s.gross, s.fee, s.vat) IS DISTINCT FROM (w.gross, w.fee, w.vat)
UNION ALL
SELECT coalesce(m.id, h.id), coalesce(m.code, h.code) || ' was moved by ' || coalesce(m.won, 0) || ', the settlement says '
  || coalesce(h.won, 0)
FROM moved m FULL JOIN should h ON m.id = h.id AND m.code = h.code
WHERE coalesce(m.won, 0) <> coalesce(h.won, 0)
LIMIT %(most)s
