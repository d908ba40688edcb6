-- purpose: which draws passed on the given pieces of accounts' lines, and where each part lies on the line it went to.
WITH piece AS (
  SELECT * FROM unnest(%(pieces)s::int[], %(accounts)s::uuid[], %(starts)s::bigint[], %(ends)s::bigint[])
    AS p (piece, account, lo, hi)
), draw AS (
  SELECT t.id, t.seq, t.debit, t.credit, t.amount,
    (sum(t.amount) OVER (PARTITION BY t.debit ORDER BY t.seq) - t.amount)::bigint AS start
  FROM ledger_transfer t
  WHERE t.debit IN (SELECT account FROM piece) AND t.phase IN ('single', 'post') AND t.reverses IS NULL
    AND NOT EXISTS (SELECT FROM ledger_transfer r WHERE r.reverses = t.id)
)
SELECT p.piece, d.id, d.credit, ledger_holds(d.credit) AS held,
  greatest(p.lo, d.start) AS start, least(p.hi, d.start + d.amount) AS until,
  CASE WHEN ledger_holds(d.credit) THEN ledger_lots_before(d.credit, d.seq) + greatest(p.lo, d.start) - d.start END AS onward
FROM piece p JOIN draw d ON d.debit = p.account AND d.start < p.hi AND d.start + d.amount > p.lo
ORDER BY p.piece, d.start
