-- purpose: the sealer's mark. `over`: all transactions below ahead_xid have ended; `strange`: it is from another server.
SELECT coalesce(m.settled_seq, 0), coalesce(m.ahead_seq, 0),
  coalesce(m.ahead_xid <= pg_snapshot_xmin(pg_current_snapshot()), true) AS over,
  coalesce(m.ahead_xid > pg_snapshot_xmax(pg_current_snapshot()), false) AS strange
FROM (SELECT 1) one LEFT JOIN ledger_seal_mark m ON true
