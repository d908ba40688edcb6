-- purpose: uses that others pay and that are not paid as they should, payments without a use, shops' sums that differ, at most `most`
WITH used AS (
  SELECT r.id, r.state, r.shop_id, r.won_off, r.ended_at, c.budget_account,
    encode(sha256(uuid_send(r.id) || 'market.paid'::bytea), 'hex') AS digest
  FROM market_redemption r JOIN market_coupon p ON p.id = r.coupon_id JOIN market_campaign c ON c.id = p.campaign_id
), due AS (  -- the id of a payment follows from its use (base.ids.derived)
  SELECT used.*, used.state = 'settled' AND used.budget_account IS NOT NULL AND used.won_off > 0 AS paid,
    (substr(digest, 1, 12) || '8' || substr(digest, 14, 3) || to_hex(('x' || substr(digest, 17, 1))::bit(4)::int & 3 | 8)
      || substr(digest, 18, 15))::uuid AS payment
  FROM used
), owed AS (
  SELECT s.id, a.id AS account FROM market_shop s JOIN ledger_account a ON a.code = 'market_shop:' || s.id
), gone AS (  -- paid before `books`: the book has it for ever, the uses are deleted
  SELECT o.id, sum(t.amount) AS won FROM owed o JOIN ledger_transfer t ON t.credit = o.account
  WHERE t.at < %(books)s AND t.phase IN ('single', 'post') GROUP BY o.id
)
SELECT d.id, CASE WHEN NOT d.paid THEN 'is ' || d.state || ', and ' || t.amount || ' were paid for it'
    ELSE 'took off ' || d.won_off || ', the book says ' || coalesce(t.amount, 0) END
FROM due d LEFT JOIN owed o ON o.id = d.shop_id LEFT JOIN ledger_transfer t ON t.id = d.payment
WHERE CASE WHEN d.paid THEN (t.amount, t.debit, t.credit, t.kind) IS DISTINCT FROM (d.won_off, d.budget_account, o.account, 'coupon')
  ELSE t.id IS NOT NULL END
UNION ALL
SELECT t.id, 'was paid to a shop, and no coupon was used' FROM owed o JOIN ledger_transfer t ON t.credit = o.account
LEFT JOIN due d ON d.payment = t.id WHERE d.id IS NULL AND t.reverses IS NULL AND t.at >= %(books)s
UNION ALL
SELECT s.id, 'is owed or was paid ' || coalesce(b.credits_posted, 0) - coalesce(gone.won, 0) || ', its coupons come to ' || sums.won
FROM (SELECT shop_id, sum(won_off) AS won FROM due WHERE paid AND ended_at >= %(books)s GROUP BY shop_id) sums
JOIN market_shop s ON s.id = sums.shop_id LEFT JOIN owed o ON o.id = s.id LEFT JOIN ledger_balance b ON b.account = o.account
LEFT JOIN gone ON gone.id = s.id
WHERE coalesce(b.credits_posted, 0) - coalesce(gone.won, 0) <> sums.won
LIMIT %(most)s
