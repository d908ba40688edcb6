-- purpose: campaigns that gave out other than their stock allows and counts, people with more than the cap, at most `most`
WITH given AS (
  SELECT campaign_id, count(*) AS coupons, max(serial) AS last FROM market_coupon GROUP BY campaign_id
)
SELECT c.id, v.what
FROM market_campaign c
LEFT JOIN given g ON g.campaign_id = c.id
CROSS JOIN LATERAL (VALUES
  (coalesce(g.coupons, 0) > c.stock, 'gave out ' || g.coupons || ' of a stock of ' || c.stock),
  (CASE WHEN c.valid_until < %(cut)s THEN coalesce(g.coupons, 0) > c.issued ELSE coalesce(g.coupons, 0) <> c.issued END,
    'counts ' || c.issued || ' coupons, gave out ' || coalesce(g.coupons, 0)),
  (CASE WHEN c.valid_until < %(cut)s THEN g.last > c.issued ELSE coalesce(g.last, 0) <> coalesce(g.coupons, 0) END,
    'numbers its coupons up to ' || g.last || ', there are ' || g.coupons)
) AS v (broken, what) WHERE v.broken  -- of campaigns over before `cut` coupons that nobody used are deleted
UNION ALL
SELECT max(p.id::text)::uuid, 'is one of ' || count(*) || ' coupons of one person, at most ' || c.per_person
FROM market_coupon p JOIN market_campaign c ON c.id = p.campaign_id
GROUP BY c.id, p.person_id HAVING greatest(count(p.person_id), max(p.nth)) > c.per_person
LIMIT %(most)s
