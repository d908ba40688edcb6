-- purpose: coupons that were used more than once or at a shop they are not of, uses that are a conflict too, at most `most`
SELECT coupon_id, 'was used ' || count(*) || ' times' FROM market_redemption
WHERE state IN ('taken', 'settled') GROUP BY coupon_id HAVING count(*) > 1
UNION ALL
SELECT r.id, v.what
FROM market_redemption r
JOIN market_coupon p ON p.id = r.coupon_id
JOIN market_campaign c ON c.id = p.campaign_id
LEFT JOIN market_conflict k ON k.id = r.id
CROSS JOIN LATERAL (VALUES
  (c.shop_id <> r.shop_id, 'was taken at a shop that the coupon is not of'),
  (k.id IS NOT NULL, 'counts, and is a conflict too'),
  ((r.state = 'taken') <> (r.ended_at IS NULL), 'is ' || r.state || ', its end says otherwise'),
  (r.state = 'settled' AND r.ended_at < r.undo_until, 'was settled while it could still be undone'),
  (p.issued_at > r.taken_at, 'was taken before its coupon was given')
) AS v (broken, what) WHERE v.broken
UNION ALL
SELECT k.id, 'lost against a use of another coupon' FROM market_conflict k JOIN market_redemption r ON r.id = k.winner_id
WHERE k.coupon IS DISTINCT FROM r.coupon_id
LIMIT %(most)s
