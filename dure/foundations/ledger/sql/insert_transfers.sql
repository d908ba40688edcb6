-- purpose: write the transfers of postings; the database books them on the balances. Ids that exist are left alone.
INSERT INTO ledger_transfer (id, posting, leg, legs, debit, credit, amount, currency, kind, phase, pending_id, funder,
  ref, reverses, reason, expires_at, at)
SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::smallint[], %s::smallint[], %s::uuid[], %s::uuid[], %s::bigint[],
  %s::text[], %s::text[], %s::text[], %s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::text[], %s::timestamptz[],
  %s::timestamptz[])
ON CONFLICT (id) DO NOTHING
RETURNING id, seq
