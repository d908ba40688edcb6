-- purpose: write reports, each event of a dealer once; answers which are new
INSERT INTO channels_report (dealer, event, attempt_id, code, at)
SELECT %(dealer)s, one.event, a.id, one.code, one.at
FROM unnest(%(events)s::text[], %(keys)s::text[], %(codes)s::text[], %(ats)s::timestamptz[])
  WITH ORDINALITY AS one (event, key, code, at, place)
LEFT JOIN channels_attempt a ON a.key = one.key
ORDER BY one.place
ON CONFLICT (dealer, event) DO NOTHING
RETURNING event
