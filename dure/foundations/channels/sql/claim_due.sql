-- purpose: lock the next batch of one lane, shared out between the channels that have something due
WITH due AS MATERIALIZED (
  SELECT s.id, s.channel_id
  FROM channels_sending s
  WHERE s.state IN ('queueing', 'open') AND s.lane = %(lane)s AND s.not_before <= %(now)s
    AND EXISTS (SELECT FROM channels_dispatch d WHERE d.sending_id = s.id AND d.next_at <= %(now)s)
), turns AS (
  SELECT channel_id, count(*) AS sendings
  FROM due
  GROUP BY channel_id
  ORDER BY hashtextextended(channel_id::text, %(turn)s)
  LIMIT %(batch)s
), shares AS (
  SELECT due.id, greatest(1, %(batch)s / (SELECT count(*) FROM turns) / turns.sendings) AS most
  FROM due JOIN turns USING (channel_id)
)
SELECT d.id
FROM shares CROSS JOIN LATERAL (
  SELECT one.id
  FROM channels_dispatch one
  WHERE one.sending_id = shares.id AND one.next_at <= %(now)s
  ORDER BY one.next_at, one.id
  LIMIT shares.most
  FOR UPDATE OF one SKIP LOCKED
) d
LIMIT %(batch)s
