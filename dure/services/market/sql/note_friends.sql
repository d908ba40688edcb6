-- purpose: keep the first joining and the latest other moments for each shop and person; the order in which news comes does not matter
INSERT INTO market_arrival (organisation_id, person, joined_at, left_at, back_at, seen_at)
SELECT organisation, person, min(joined_at), max(left_at), max(back_at), max(seen_at)
FROM unnest(
  %(organisations)s::uuid[], %(persons)s::uuid[], %(joined)s::timestamptz[], %(gone)s::timestamptz[],
  %(back)s::timestamptz[], %(seen)s::timestamptz[]
) AS told (organisation, person, joined_at, left_at, back_at, seen_at)
GROUP BY organisation, person
ORDER BY organisation, person
ON CONFLICT (organisation_id, person) DO UPDATE SET
  joined_at = least(market_arrival.joined_at, excluded.joined_at),
  left_at = greatest(market_arrival.left_at, excluded.left_at),
  back_at = greatest(market_arrival.back_at, excluded.back_at),
  seen_at = greatest(market_arrival.seen_at, excluded.seen_at)
