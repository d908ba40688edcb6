-- purpose: write attempts before anybody is asked; one that is tried again keeps its key
INSERT INTO channels_attempt (dispatch_id, route, rung, dealer, key, state, code, at, told_at, won)
SELECT one.dispatch, one.route, one.rung, one.dealer, one.key, one.state, one.code, %(now)s,
  CASE WHEN one.state IN ('delivered', 'failed') THEN %(now)s::timestamptz END, one.won
FROM unnest(%(dispatches)s::bigint[], %(routes)s::text[], %(rungs)s::int[], %(dealers)s::text[], %(keys)s::text[],
  %(states)s::text[], %(codes)s::text[], %(wons)s::int[]) AS one (dispatch, route, rung, dealer, key, state, code, won)
ON CONFLICT (key) DO UPDATE SET dealer = excluded.dealer,
  state = CASE WHEN channels_attempt.state = 'failed' THEN excluded.state ELSE channels_attempt.state END
