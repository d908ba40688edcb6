-- purpose: lock the next batch of one lane: a portion of each sending, one of each channel in turn and by lot; then more of the first
WITH live AS MATERIALIZED (
  SELECT s.id, hashtextextended(s.channel_id::text, %(turn)s) AS channel_lot, row_number() OVER (
      PARTITION BY s.channel_id ORDER BY hashtextextended(s.id::text, %(turn)s)
    ) AS place
  FROM channels_sending s
  WHERE s.state IN ('queueing', 'open') AND s.lane = %(lane)s AND s.not_before <= %(now)s
), shares AS (
  SELECT greatest(1, least(%(portion)s, %(batch)s / greatest(1, count(*)))) AS portion FROM live WHERE place = 1
)
SELECT d.id
FROM (
  SELECT live.id, taken.after, taken.most
  FROM shares CROSS JOIN LATERAL (VALUES (0, shares.portion), (shares.portion, %(batch)s::bigint)) AS taken (after, most)
  CROSS JOIN live
  ORDER BY taken.after, live.place, live.channel_lot
) turn CROSS JOIN LATERAL (
  SELECT one.id
  FROM channels_dispatch one
  WHERE one.sending_id = turn.id AND one.next_at <= %(now)s
  ORDER BY one.next_at, one.id
  LIMIT turn.most OFFSET turn.after
  FOR UPDATE OF one SKIP LOCKED
) d
LIMIT %(batch)s
