-- purpose: reservations resolved more than once, transfers reversed more than once.
SELECT 'resolved', pending_id::text FROM ledger_transfer WHERE pending_id IS NOT NULL GROUP BY pending_id HAVING count(*) > 1
UNION ALL
SELECT 'reversed', reverses::text FROM ledger_transfer WHERE reverses IS NOT NULL GROUP BY reverses HAVING count(*) > 1
LIMIT %(most)s
