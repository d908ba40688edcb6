-- purpose: providers whose account is not what was taken less what went back and was settled, at most `most`
WITH taken AS (
  SELECT provider, sum(amount) AS won FROM ledger_payment WHERE captured_at IS NOT NULL GROUP BY provider
), gone_back AS (
  SELECT p.provider, sum(r.amount) AS won FROM ledger_refund r JOIN ledger_payment p ON p.id = r.payment_id
  WHERE r.state IN ('asked', 'settled') GROUP BY p.provider
), settled AS (
  SELECT provider, sum(gross) AS won FROM ledger_settlement WHERE state = 'booked' GROUP BY provider
), owing AS MATERIALIZED (
  SELECT a.id, a.code, substr(a.code, 10) AS provider, b.credits_posted - b.debits_posted AS held
  FROM ledger_account a JOIN ledger_balance b ON b.account = a.id WHERE a.code LIKE 'provider:%%'
), by_receipt AS (
  -- What a hot path took by capture receipt and nobody has entered among the payments yet.
  SELECT o.id, sum(t.amount) AS won FROM owing o JOIN ledger_transfer t ON t.debit = o.id
  LEFT JOIN ledger_payment p ON p.posting = t.id
  WHERE t.kind NOT IN ('waiting', 'refund_owed', 'settlement', 'payment_processor_fee', 'payment_processor_fee_tax')
    AND t.phase IN ('single', 'post') AND t.reverses IS NULL AND p.id IS NULL
    AND NOT EXISTS (SELECT FROM ledger_transfer r WHERE r.reverses = t.id) GROUP BY o.id
)
SELECT o.id, o.code || ' stands at ' || o.held || ', taken less given back less settled is '
  || coalesce(g.won, 0) + coalesce(s.won, 0) - coalesce(t.won, 0) - coalesce(r.won, 0)
FROM owing o LEFT JOIN taken t USING (provider) LEFT JOIN gone_back g USING (provider)
LEFT JOIN settled s USING (provider) LEFT JOIN by_receipt r ON r.id = o.id
WHERE o.held <> coalesce(g.won, 0) + coalesce(s.won, 0) - coalesce(t.won, 0) - coalesce(r.won, 0)
LIMIT %(most)s
