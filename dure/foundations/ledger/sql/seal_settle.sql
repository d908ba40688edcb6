-- purpose: move the sealer's mark; a new look ahead counts every transaction that has begun by now.
INSERT INTO ledger_seal_mark AS m (id, settled_seq, ahead_seq, ahead_xid)
VALUES (1, %(settled)s, %(ahead)s, pg_snapshot_xmax(pg_current_snapshot()))
ON CONFLICT (id) DO UPDATE SET settled_seq = excluded.settled_seq,
  ahead_seq = CASE WHEN %(renew)s THEN excluded.ahead_seq ELSE m.ahead_seq END,
  ahead_xid = CASE WHEN %(renew)s THEN excluded.ahead_xid ELSE m.ahead_xid END
