-- purpose: keep the latest moment of each kind for each shop and person; the order in which news comes does not matter
INSERT INTO market_arrival (organisation_id, person, joined_at, left_at, seen_at)
SELECT organisation, person, max(joined_at), max(left_at), max(seen_at)
FROM unnest(
  %(organisations)s::uuid[], %(persons)s::uuid[], %(joined)s::timestamptz[], %(gone)s::timestamptz[], %(seen)s::timestamptz[]
) AS told (organisation, person, joined_at, left_at, seen_at)
GROUP BY organisation, person
ORDER BY organisation, person
ON CONFLICT (organisation_id, person) DO UPDATE SET
  joined_at = greatest(market_arrival.joined_at, excluded.joined_at),
  left_at = greatest(market_arrival.left_at, excluded.left_at),
  seen_at = greatest(market_arrival.seen_at, excluded.seen_at)
