-- purpose: accounts of payments that hold another sum than waits there: nothing once a service said where it goes, at most `most`
SELECT p.id, 'holds ' || b.credits_posted - b.debits_posted || ' where ' || w.waits || ' wait'
FROM ledger_account a
JOIN ledger_balance b ON b.account = a.id
JOIN ledger_payment p ON a.code = 'payment:' || p.id
CROSS JOIN LATERAL (
  SELECT CASE WHEN p.waiting THEN p.amount - coalesce(sum(r.amount), 0) ELSE 0 END AS waits FROM ledger_refund r WHERE r.payment_id = p.id
) w
WHERE b.credits_posted - b.debits_posted <> w.waits
LIMIT %(most)s
