-- purpose: how many transfers wait for the sealer.
SELECT count(*) FROM ledger_transfer t
WHERE t.seq > (SELECT coalesce(max(settled_seq), 0) FROM ledger_seal_mark)
  AND NOT EXISTS (SELECT FROM ledger_chain c WHERE c.transfer = t.id)
