-- purpose: move the sealer's mark; a new look ahead counts every transaction that has begun by now.
UPDATE ledger_seal_mark SET settled_seq = %(settled)s,
  ahead_seq = CASE WHEN %(renew)s THEN %(ahead)s ELSE ahead_seq END,
  ahead_xid = CASE WHEN %(renew)s THEN pg_snapshot_xmax(pg_current_snapshot()) ELSE ahead_xid END
WHERE id = 1
