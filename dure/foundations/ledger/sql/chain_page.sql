-- purpose: links of the chain with the canonical text of their transfers as they stand now.
SELECT c.position, c.transfer, c.hash, CASE WHEN t.id IS NOT NULL THEN ledger_canonical(t) END
FROM ledger_chain c LEFT JOIN ledger_transfer t ON t.id = c.transfer
WHERE c.position > %(after)s ORDER BY c.position LIMIT %(most)s
