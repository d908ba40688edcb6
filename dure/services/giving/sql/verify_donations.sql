-- purpose: gifts that are not noted for receipts as they stand, unless the news of them still waits, at most `most`
WITH waiting AS MATERIALIZED (
  SELECT coalesce(item ->> 'gift', n.body ->> 'gift')::uuid AS gift
  FROM kit_news n LEFT JOIN LATERAL jsonb_array_elements(n.body -> 'items') AS item ON true
  WHERE n.kind IN ('giving.GiftsReceived', 'giving.GiftRefunded')
    AND (NOT n.fanned_out OR EXISTS (SELECT FROM kit_delivery d WHERE d.news_id = n.id AND d.state <> 'done'))
), found AS MATERIALIZED (  -- all at once: a LIMIT in here would make the planner look them up one by one
  SELECT g.id, CASE WHEN d.id IS NULL THEN 'is ' || g.state || ', and not noted as a donation'
    ELSE 'is ' || g.state || ', and the donation differs: ' || d.amount - d.reversed || ' can be receipted' END
  FROM giving_gift g
  JOIN giving_cause c ON c.id = g.box_id
  LEFT JOIN ledger_donation d ON d.id = g.id
  LEFT JOIN waiting w ON w.gift = g.id
  WHERE g.state IN ('given', 'refunded') AND w.gift IS NULL
    AND (d.donor_id, d.receiver, d.amount, d.reversed) IS DISTINCT FROM
      (g.donor_id, c.partner_id, g.amount, CASE g.state WHEN 'given' THEN 0 ELSE g.amount END)
)
SELECT * FROM found LIMIT %(most)s
