-- purpose: take the sealer's mark; nothing when another sealer has it. `over`: all transactions below ahead_xid have ended.
SELECT m.settled_seq, m.ahead_seq, m.ahead_xid <= pg_snapshot_xmin(pg_current_snapshot()) AS over,
  m.ahead_xid > pg_snapshot_xmax(pg_current_snapshot()) AS strange
FROM ledger_seal_mark m WHERE m.id = 1 FOR UPDATE SKIP LOCKED
