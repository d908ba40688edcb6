-- purpose: months of regular gifts that are not what their gifts are, and gifts of two months at once, at most `most`
SELECT c.id, v.what FROM giving_regular_charge c JOIN giving_regular r ON r.id = c.regular_id
LEFT JOIN giving_gift g ON g.id = c.gift_id LEFT JOIN giving_cause b ON b.id = g.box_id
CROSS JOIN LATERAL (VALUES
  (c.state = 'given' AND (g.id IS NULL OR g.state NOT IN ('given', 'refunded')), 'says given, its gift is not'),
  (c.state IN ('failed', 'skipped', 'due') AND g.state IN ('given', 'refunded'), 'says ' || c.state || ', its gift was given'),
  (g.donor_id <> r.donor_id OR g.amount <> c.amount OR b.partner_id <> r.partner_id, 'has the gift of another donor, sum or partner'),
  (c.month <> date_trunc('month', c.month)::date, 'is no month')
) AS v (broken, what) WHERE v.broken
UNION ALL
SELECT c.id, count(*) || ' payments were taken for one month' FROM giving_regular_charge c
JOIN giving_gift g ON g.key LIKE 'regular:' || c.id || ':%%' WHERE g.state IN ('given', 'refunded') AND g.donor_id IN (
  SELECT donor_id FROM giving_regular r WHERE r.id = c.regular_id)
GROUP BY c.id HAVING count(*) > 1
LIMIT %(most)s
