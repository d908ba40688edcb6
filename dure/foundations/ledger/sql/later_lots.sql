-- purpose: for each given lot, how much its account received after it, what was reversed left out, and the lot's own posting.
SELECT g.lot, coalesce(later.amount, 0)::bigint
FROM unnest(%(lots)s::uuid[], %(accounts)s::uuid[], %(seqs)s::bigint[], %(postings)s::uuid[]) AS g (lot, account, seq, posting)
CROSS JOIN LATERAL (
  SELECT sum(t.amount) AS amount FROM ledger_transfer t
  WHERE t.credit = g.account AND t.seq > g.seq AND t.phase IN ('single', 'post') AND t.reverses IS NULL
    AND t.posting <> g.posting AND NOT EXISTS (SELECT FROM ledger_transfer r WHERE r.reverses = t.id)
) later
