-- purpose: how many transfers wait for the sealer.
SELECT count(*) FROM ledger_transfer t, ledger_seal_mark m
WHERE t.seq > m.settled_seq AND NOT EXISTS (SELECT FROM ledger_chain c WHERE c.transfer = t.id)
