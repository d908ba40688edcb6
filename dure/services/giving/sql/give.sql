-- purpose: take a whole group of gifts in one statement and one commit; answers how many, and each that is not given now
WITH asked AS (
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::text[], $6::bool[], $7::uuid[], $8::text[], $9::bytea[])
    WITH ORDINALITY AS a (id, box, donor, amount, message, name_shown, payment, key, body_hash, n)
), opened AS MATERIALIZED (
  -- The lock keeps a box open until we commit; in fixed order, so that two groups never wait for each other.
  SELECT id, account, match_account, state = 'open' AND opens_at <= $10 AND $10 < closes_at AS takes, opens_at, closes_at,
    (SELECT collection_number = '' FROM giving_cause WHERE giving_cause.id = giving_box.id) AS narrow
  FROM giving_box WHERE id = ANY ($2) ORDER BY id FOR KEY SHARE
), givers AS MATERIALIZED (
  -- A token may outlive its person's account, and the row of a closed account stays.
  SELECT id FROM people_person WHERE id = ANY ($3) AND closed_at IS NULL AND is_active
), earlier AS MATERIALIZED (
  -- OFFSET 0: looked up one by one in the index, whatever the planner believes of the table's size.
  SELECT a.n, g.id, g.body_hash, g.at FROM asked a
  CROSS JOIN LATERAL (SELECT id, body_hash, at FROM giving_gift WHERE donor_id = a.donor AND key = a.key OFFSET 0) AS g
), narrow AS MATERIALIZED (
  -- Boxes whose collection is not registered take less than the sum from which the law asks for it ($15).
  SELECT id, account, match_account FROM opened WHERE narrow
), little AS MATERIALIZED (
  -- Boxes of gifts below the least one ($14).
  SELECT b.id, b.account, b.match_account, c.goal FROM giving_box b JOIN giving_cause c ON c.id = b.id
  WHERE b.id IN (SELECT a.box FROM asked a WHERE a.amount < $14)
), counted AS MATERIALIZED (
  SELECT account, match_account FROM narrow UNION SELECT account, match_account FROM little
), held AS MATERIALIZED (
  -- Locked before they are read, as others may give to the same boxes in this moment; all accounts of the group in one pass and
  -- in the order of accounts, as everywhere. An array: what changed while we waited is looked up anew, and a join would not find
  -- it then.
  SELECT account, credits_posted - debits_posted AS won FROM ledger_balance
  WHERE account = ANY (ARRAY(
    SELECT account FROM counted UNION SELECT match_account FROM counted
    UNION SELECT account FROM opened WHERE EXISTS (SELECT FROM counted) UNION SELECT $11 WHERE EXISTS (SELECT FROM counted)))
  ORDER BY account FOR NO KEY UPDATE
), filling AS MATERIALIZED (
  -- Of these only one a box is taken: the first that, after the gifts before it, fills the box to the won.
  SELECT DISTINCT ON (s.box) s.n FROM (
    SELECT a.n, a.box, a.amount, l.goal, l.account, l.match_account,
      coalesce(sum(a.amount) FILTER (WHERE a.amount >= $14 AND a.turn = 1 AND p.id IS NOT NULL AND u.id IS NULL)
        OVER (PARTITION BY a.box ORDER BY a.n), 0) AS before
    FROM (SELECT *, row_number() OVER (PARTITION BY payment ORDER BY n) AS turn FROM asked WHERE EXISTS (SELECT FROM little)) a
    JOIN little l ON l.id = a.box
    LEFT JOIN givers p ON p.id = a.donor
    LEFT JOIN LATERAL (SELECT id FROM giving_gift WHERE payment = a.payment OFFSET 0) AS u ON true
    WHERE NOT EXISTS (SELECT FROM earlier e WHERE e.n = a.n)
  ) s WHERE s.amount < $14
    AND s.amount = s.goal - s.before - (SELECT sum(h.won) FROM held h WHERE h.account IN (s.account, s.match_account))
  ORDER BY s.box, s.n
), short AS MATERIALIZED (
  SELECT a.n FROM asked a WHERE a.amount < $14 AND NOT EXISTS (SELECT FROM filling f WHERE f.n = a.n)
), over AS MATERIALIZED (
  SELECT s.n FROM (
    SELECT a.n, w.account, w.match_account, sum(a.amount) OVER (PARTITION BY a.box ORDER BY a.n) AS upto
    FROM asked a JOIN narrow w ON w.id = a.box WHERE NOT EXISTS (SELECT FROM earlier e WHERE e.n = a.n)
  ) s WHERE s.upto + (SELECT sum(h.won) FROM held h WHERE h.account IN (s.account, s.match_account)) >= $15
), fresh AS (
  INSERT INTO giving_gift (id, box_id, donor_id, amount, message, name_shown, state, payment, key, body_hash, at, why)
  SELECT DISTINCT ON (a.payment) a.id, a.box, a.donor, a.amount, a.message, a.name_shown, 'given', a.payment, a.key, a.body_hash, $10, ''
  FROM asked a JOIN opened o ON o.id = a.box AND o.takes JOIN givers p ON p.id = a.donor
  WHERE NOT EXISTS (SELECT FROM earlier e WHERE e.n = a.n) AND NOT EXISTS (SELECT FROM short s WHERE s.n = a.n)
    AND NOT EXISTS (SELECT FROM over v WHERE v.n = a.n)
  ORDER BY a.payment, a.n
  ON CONFLICT DO NOTHING
  RETURNING id, box_id, donor_id, amount
), booked AS MATERIALIZED (
  SELECT ledger_post_group(array_agg(f.id), array_agg($11::uuid), array_agg(o.account), array_agg(f.amount),
    array_agg('KRW'::text), array_agg('gift'::text), array_agg(f.donor_id), array_agg(f.box_id), $10) AS transfers
  FROM fresh f JOIN opened o ON o.id = f.box_id HAVING count(*) > 0
), told AS (
  INSERT INTO kit_news (id, kind, body, at, fanned_out)
  SELECT $12, $13, jsonb_build_object('at', $10, 'items', jsonb_agg(
    jsonb_build_object('gift', id, 'box', box_id, 'donor', donor_id, 'amount', amount))), $10, false
  FROM fresh HAVING count(*) > 0
  RETURNING pg_notify('dure_news', '')
)
SELECT (SELECT coalesce(sum(transfers), 0) FROM booked) AS n, 'booked' AS verdict,
  NULL::uuid AS gift, NULL::timestamptz AS at, NULL::timestamptz AS opens_at, NULL::timestamptz AS closes_at,
  NULL::bytea AS stored
UNION ALL
SELECT a.n, CASE
    WHEN e.body_hash = a.body_hash THEN 'known'
    WHEN e.n IS NOT NULL THEN 'key_reused'
    WHEN w.id IS NULL THEN 'nobody'
    WHEN o.id IS NULL THEN 'no_box'
    WHEN s.n IS NOT NULL THEN 'too_small'
    WHEN NOT o.takes THEN 'not_open'
    WHEN p.id IS NOT NULL THEN 'payment_used'
    WHEN v.n IS NOT NULL THEN 'registration_needed'
    ELSE 'again'  -- somebody wrote the same key or payment in this very moment: ask once more
  END, e.id, e.at, o.opens_at, o.closes_at, e.body_hash
FROM asked a
LEFT JOIN fresh f ON f.id = a.id
LEFT JOIN earlier e ON e.n = a.n
LEFT JOIN opened o ON o.id = a.box
LEFT JOIN givers w ON w.id = a.donor
LEFT JOIN short s ON s.n = a.n
LEFT JOIN over v ON v.n = a.n
LEFT JOIN LATERAL (SELECT id FROM giving_gift WHERE payment = a.payment OFFSET 0) AS p ON true
WHERE f.id IS NULL
