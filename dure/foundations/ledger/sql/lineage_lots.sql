-- purpose: which lots fed the given pieces of accounts' lines: summed by funder where known, else where each part came from.
WITH piece AS (
  SELECT * FROM unnest(%(pieces)s::int[], %(accounts)s::uuid[], %(starts)s::bigint[], %(ends)s::bigint[])
    AS p (piece, account, lo, hi)
), lot AS (
  SELECT t.id, t.seq, t.debit, t.credit, t.funder, t.amount,
    (sum(t.amount) OVER (PARTITION BY t.credit ORDER BY t.seq) - t.amount)::bigint AS start
  FROM ledger_transfer t
  WHERE t.credit IN (SELECT account FROM piece) AND t.phase IN ('single', 'post') AND t.reverses IS NULL
    AND NOT EXISTS (SELECT FROM ledger_transfer r WHERE r.reverses = t.id)
), part AS (
  SELECT p.piece, l.id, l.seq, l.debit, l.funder, l.start AS begins,
    greatest(p.lo, l.start) AS start, least(p.hi, l.start + l.amount) AS until
  FROM piece p JOIN lot l ON l.credit = p.account AND l.start < p.hi AND l.start + l.amount > p.lo
)
SELECT piece, funder, NULL::uuid AS account, sum(part.until - part.start)::bigint AS amount, NULL::bigint AS backward
FROM part WHERE funder IS NOT NULL GROUP BY piece, funder
UNION ALL
SELECT piece, NULL, CASE WHEN ledger_holds(debit) THEN debit END, part.until - part.start,
  CASE WHEN ledger_holds(debit) THEN ledger_draws_before(debit, seq) + part.start - begins END
FROM part WHERE funder IS NULL
