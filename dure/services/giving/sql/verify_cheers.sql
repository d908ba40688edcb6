-- purpose: cheers whose match is not in the book, matches without a cheer, second matches of a day, overdrawn funds, at most `most`
SELECT c.id, 'added ' || c.matched || ', the book says ' || coalesce(t.amount, 0)
  || CASE WHEN t.amount = c.matched THEN ' from another fund or for another box' ELSE '' END
FROM giving_cheer c
JOIN giving_box b ON b.id = c.box_id
LEFT JOIN giving_match_fund f ON f.id = c.fund_id
LEFT JOIN ledger_transfer t ON t.id = c.id AND NOT EXISTS (SELECT FROM ledger_transfer r WHERE r.reverses = t.id)
WHERE CASE WHEN c.matched > 0
    THEN (t.amount, t.debit, t.credit, t.kind) IS DISTINCT FROM (c.matched, f.account, b.match_account, 'match')
    ELSE t.id IS NOT NULL END
UNION ALL
SELECT t.id, 'was matched, and nobody cheered' FROM ledger_transfer t LEFT JOIN giving_cheer c ON c.id = t.id
WHERE t.reverses IS NULL AND c.id IS NULL AND (t.credit IN (SELECT match_account FROM giving_box)
  OR t.debit IN (SELECT account FROM giving_match_fund))
UNION ALL
SELECT max(id::text)::uuid, 'is one of ' || count(*) || ' matches of one person, box and day' FROM giving_cheer WHERE matched > 0
GROUP BY box_id, person_id, (at AT TIME ZONE 'Asia/Seoul')::date HAVING count(*) > 1
UNION ALL
SELECT f.id, 'the fund gave ' || b.debits_posted + b.debits_pending || ' of ' || b.credits_posted
FROM giving_match_fund f LEFT JOIN ledger_balance b ON b.account = f.account
WHERE b.account IS NULL OR b.debits_posted + b.debits_pending > b.credits_posted
LIMIT %(most)s
