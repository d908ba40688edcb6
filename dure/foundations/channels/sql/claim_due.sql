-- purpose: lock the next batch of one lane, shared out between the channels that have something due, in portions of their sendings
WITH live AS MATERIALIZED (
  SELECT s.id, s.channel_id, hashtextextended(s.id::text, %(turn)s) AS lot
  FROM channels_sending s
  WHERE s.state IN ('queueing', 'open') AND s.lane = %(lane)s AND s.not_before <= %(now)s
), channels AS MATERIALIZED (
  SELECT channel_id FROM live GROUP BY channel_id
), due AS MATERIALIZED (  -- of each channel so many sendings, drawn by lot, as are worth their content; looked at until they are found
  SELECT c.channel_id, drawn.id
  FROM channels c CROSS JOIN LATERAL (
    SELECT each.id
    FROM (SELECT one.id FROM live one WHERE one.channel_id = c.channel_id ORDER BY one.lot) each
    CROSS JOIN LATERAL (
      SELECT FROM channels_dispatch d WHERE d.sending_id = each.id AND d.next_at <= %(now)s LIMIT 1
    ) waits
    LIMIT greatest(1, %(batch)s / (SELECT count(*) FROM channels) / %(portion)s)
  ) drawn
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
