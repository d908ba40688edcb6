-- purpose: prefixes of the log at which the legs, in the currency of their accounts, do not sum to zero.
SELECT seq, currency, total FROM (
  SELECT seq, currency, sum(sum(amount)) OVER (PARTITION BY currency ORDER BY seq) AS total
  FROM (
    SELECT t.seq, coalesce(a.currency, 'no account') AS currency, side.amount
    FROM ledger_transfer t
    CROSS JOIN LATERAL (VALUES (t.debit, -t.amount), (t.credit, t.amount)) AS side (account, amount)
    LEFT JOIN ledger_account a ON a.id = side.account
    WHERE t.phase IN ('single', 'post')
  ) legs GROUP BY seq, currency
) prefix WHERE total <> 0 ORDER BY seq LIMIT %(most)s
