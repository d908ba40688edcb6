-- purpose: the first place in the log where each account was beyond its limit, open reservations counted.
SELECT DISTINCT ON (account) account, seq, short FROM (
  SELECT account, seq, side * sum(posted) OVER log - sum(reserved) OVER log AS room,
    sum(reserved) OVER log - side * sum(posted) OVER log AS short
  FROM (
    SELECT a.id AS account, t.seq, CASE a."limit" WHEN 'debits_must_not_exceed_credits' THEN 1 ELSE -1 END AS side,
      CASE WHEN t.phase IN ('single', 'post') THEN CASE WHEN a.id = t.credit THEN t.amount ELSE -t.amount END ELSE 0 END AS posted,
      CASE WHEN (a.id = t.debit) <> (a."limit" = 'debits_must_not_exceed_credits') THEN 0
        WHEN t.phase = 'pending' THEN t.amount ELSE -coalesce(p.amount, 0) END AS reserved
    FROM ledger_transfer t
    JOIN ledger_account a ON a.id IN (t.debit, t.credit) AND a."limit" <> 'none'
    LEFT JOIN ledger_transfer p ON p.id = t.pending_id
  ) legs
  WINDOW log AS (PARTITION BY account ORDER BY seq)
) prefix WHERE room < 0 ORDER BY account, seq LIMIT %(most)s
