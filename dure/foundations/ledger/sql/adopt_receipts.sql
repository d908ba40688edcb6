-- purpose: enter payments that a hot path took by capture receipt. Those entered before are left alone.
INSERT INTO ledger_payment (id, "order", provider, purpose, ref, payer_id, key, amount, tax_free, currency, title, return_to,
  state, payment_key, declined, account, posting, waiting, created_at, expires_at, captured_at, asks)
SELECT id, "order", %(provider)s, purpose, ref, payer, 'receipt:' || id, amount, amount, 'KRW', '', '/',
  'captured', payment_key, '', account, posting, false, at, at, at, 0
FROM json_to_recordset(%(spent)s::json) AS spent (id uuid, "order" text, purpose text, ref uuid, payer uuid, amount bigint,
  payment_key text, account uuid, posting uuid, at timestamptz)
ON CONFLICT DO NOTHING
