-- purpose: accounts whose balance is not, byte for byte, what the log says, and open reservations that the log does not know.
SELECT r.account, b::text AS stored, r::text AS rebuilt FROM ledger_rebuilt r
LEFT JOIN (SELECT account, debits_posted, credits_posted, debits_pending, credits_pending FROM ledger_balance) b
  ON b.account = r.account
WHERE b::text IS DISTINCT FROM r::text
UNION ALL
SELECT coalesce(o.transfer, p.id), coalesce(o.expires_at::text, 'not open'), coalesce(p.expires_at::text, 'not open')
FROM ledger_open_pending o FULL JOIN (
  SELECT t.id, t.expires_at FROM ledger_transfer t WHERE t.phase = 'pending'
    AND NOT EXISTS (SELECT FROM ledger_transfer r WHERE r.pending_id = t.id)
) p ON p.id = o.transfer
WHERE o.transfer IS NULL OR p.id IS NULL OR o.expires_at IS DISTINCT FROM p.expires_at
LIMIT %(most)s
