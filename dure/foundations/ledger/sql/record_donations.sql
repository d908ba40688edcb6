-- purpose: note gifts that can be receipted. Those noted before are left alone.
INSERT INTO ledger_donation (id, donor_id, receiver, year, "on", amount, reversed, note, kind)
SELECT id, donor, receiver, extract(year FROM "on"), "on", amount, 0, note, kind
FROM json_to_recordset(%s::json) AS new (id uuid, donor uuid, receiver uuid, "on" date, amount bigint, note text, kind text)
ON CONFLICT DO NOTHING
