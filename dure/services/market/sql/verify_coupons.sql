-- purpose: campaigns that gave out other than their stock allows and counts, people with more than the cap, at most `most`
WITH given AS (
  SELECT campaign_id, count(*) AS coupons, max(serial) AS last FROM market_coupon GROUP BY campaign_id
)
SELECT c.id, v.what
FROM market_campaign c
LEFT JOIN given g ON g.campaign_id = c.id
CROSS JOIN LATERAL (VALUES
  (coalesce(g.coupons, 0) > c.stock, 'gave out ' || g.coupons || ' of a stock of ' || c.stock),
  (coalesce(g.coupons, 0) <> c.issued, 'counts ' || c.issued || ' coupons, gave out ' || coalesce(g.coupons, 0)),
  (coalesce(g.last, 0) <> coalesce(g.coupons, 0), 'numbers its coupons up to ' || g.last || ', there are ' || g.coupons)
) AS v (broken, what) WHERE v.broken
UNION ALL
SELECT max(p.id::text)::uuid, 'is one of ' || count(*) || ' coupons of one person, at most ' || c.per_person
FROM market_coupon p JOIN market_campaign c ON c.id = p.campaign_id
GROUP BY c.id, p.person_id HAVING greatest(count(*), max(p.nth)) > c.per_person
LIMIT %(most)s
