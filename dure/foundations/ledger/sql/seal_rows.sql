-- purpose: transfers not yet in the chain, as canonical text, in the order of the log.
SELECT t.id, t.seq, ledger_canonical(t) FROM ledger_transfer t
WHERE t.seq > %(settled)s AND NOT EXISTS (SELECT FROM ledger_chain c WHERE c.transfer = t.id)
ORDER BY t.seq LIMIT %(most)s
