-- purpose: payments of several gifts, gifts and payments that do not fit, gifts nobody paid for, at most `most`
WITH waiting AS MATERIALIZED (
  -- Gifts of the hot path get their payment's row from a reaction to this news: until it ran, nothing is missing.
  SELECT (item ->> 'gift')::uuid AS gift FROM kit_news n CROSS JOIN LATERAL jsonb_array_elements(n.body -> 'items') AS item
  WHERE n.kind = 'giving.GiftsReceived'
    AND (NOT n.fanned_out OR EXISTS (SELECT FROM kit_delivery d WHERE d.news_id = n.id AND d.state <> 'done'))
), settling AS MATERIALIZED (
  -- Captured money waits until the reaction to the news of it has run; after that it is a gift or has gone back.
  SELECT (n.body ->> 'payment')::uuid AS payment FROM kit_news n
  WHERE n.kind IN ('ledger.PaymentCaptured', 'ledger.PaymentCapturedLate')
    AND (NOT n.fanned_out OR EXISTS (SELECT FROM kit_delivery d WHERE d.news_id = n.id AND d.state <> 'done'))
), found AS MATERIALIZED (  -- all at once: a LIMIT in here would make the planner look them up one by one
  SELECT payment, 'pays for ' || count(*) || ' gifts' FROM giving_gift GROUP BY payment HAVING count(*) > 1
  UNION ALL
  SELECT g.id, 'is ' || g.state || ', its payment ' || p.id || ' is ' || p.state || ' and has another ' || concat_ws(', ',
      CASE WHEN p.state <> CASE g.state WHEN 'given' THEN 'captured' ELSE 'refunded' END THEN 'state' END,
      CASE WHEN p.amount <> g.amount THEN 'amount' END,
      CASE WHEN p.payer_id IS DISTINCT FROM g.donor_id THEN 'giver' END,
      CASE WHEN (p.purpose, p.ref, p.posting, p.account) IS DISTINCT FROM ('giving.gift', g.id, g.id, b.account)
        THEN 'purpose' END)
  FROM giving_gift g JOIN giving_box b ON b.id = g.box_id JOIN ledger_payment p ON p.id = g.payment
  WHERE g.state IN ('given', 'refunded')
    AND (p.state, p.amount, p.payer_id, p.purpose, p.ref, p.posting, p.account) IS DISTINCT FROM
      (CASE g.state WHEN 'given' THEN 'captured' ELSE 'refunded' END, g.amount, g.donor_id, 'giving.gift', g.id, g.id, b.account)
  UNION ALL
  SELECT g.id, 'is ' || g.state || ', and its payment is not known' FROM giving_gift g
  LEFT JOIN ledger_payment p ON p.id = g.payment
  LEFT JOIN waiting w ON w.gift = g.id
  WHERE g.state IN ('given', 'refunded') AND p.id IS NULL AND w.gift IS NULL
  UNION ALL
  SELECT p.id, 'was taken for a gift that is ' || coalesce(g.state, 'not written down')
  FROM ledger_payment p LEFT JOIN giving_gift g ON g.payment = p.id LEFT JOIN settling s ON s.payment = p.id AND p.waiting
  WHERE p.purpose = 'giving.gift' AND p.state IN ('captured', 'partially_refunded') AND s.payment IS NULL
    AND g.state IS DISTINCT FROM 'given'
)
SELECT * FROM found LIMIT %(most)s
