-- purpose: pooled sums that the book does not have, or as something else, and such money in boxes that is not written down, at most `most`
SELECT p.id, CASE WHEN t.id IS NULL THEN 'handed over, and no transfer has its id'
  WHEN (t.amount, t.credit, t.debit, t.ref, t.kind, t.currency, t.phase)
    IS DISTINCT FROM (p.amount, b.account, p.account, p.box_id, 'pooled', 'KRW', 'single') THEN 'the transfer says something else'
  WHEN p.returned_at IS NULL THEN 'stands, and the book took it back'
  ELSE 'went back, and the book says nothing of it' END
FROM giving_pooled p
JOIN giving_box b ON b.id = p.box_id
LEFT JOIN ledger_transfer t ON t.id = p.id
LEFT JOIN ledger_transfer r ON r.reverses = t.id
WHERE (t.amount, t.credit, t.debit, t.ref, t.kind, t.currency, t.phase)
    IS DISTINCT FROM (p.amount, b.account, p.account, p.box_id, 'pooled', 'KRW', 'single')
  OR (p.returned_at IS NULL) <> (r.id IS NULL)
UNION ALL
SELECT t.id, 'handed over to a box, and not written down' FROM ledger_transfer t LEFT JOIN giving_pooled p ON p.id = t.id
WHERE t.kind = 'pooled' AND p.id IS NULL
LIMIT %(most)s
