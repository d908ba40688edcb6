-- purpose: transfers in the settled part of the log that are not in the chain: they were put in behind the sealer's back.
SELECT t.id FROM ledger_transfer t
WHERE t.seq <= (SELECT coalesce(max(settled_seq), 0) FROM ledger_seal_mark)
  AND NOT EXISTS (SELECT FROM ledger_chain c WHERE c.transfer = t.id)
ORDER BY t.seq LIMIT %(most)s
