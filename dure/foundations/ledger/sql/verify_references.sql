-- purpose: resolutions that do not fit their reservation, reversals that do not mirror their transfer.
SELECT t.id, CASE WHEN t.reverses IS NULL THEN 'resolution' ELSE 'reversal' END AS what
FROM ledger_transfer t LEFT JOIN ledger_transfer p ON p.id = t.pending_id LEFT JOIN ledger_transfer o ON o.id = t.reverses
WHERE (t.pending_id IS NOT NULL OR t.reverses IS NOT NULL) AND NOT CASE
    WHEN t.reverses IS NOT NULL THEN
      (t.debit, t.credit, t.amount, t.currency) = (o.credit, o.debit, o.amount, o.currency)
      AND o.phase IN ('single', 'post') AND o.reverses IS NULL AND o.seq < t.seq
    ELSE (t.debit, t.credit, t.currency, p.phase) = (p.debit, p.credit, p.currency, 'pending') AND p.seq < t.seq
      AND CASE t.phase
        WHEN 'post' THEN t.amount <= p.amount AND (p.expires_at IS NULL OR t.at < p.expires_at)
        WHEN 'void' THEN t.amount = p.amount
        ELSE t.amount = p.amount AND t.at >= p.expires_at
      END
  END IS NOT DISTINCT FROM true
ORDER BY t.seq LIMIT %(most)s
