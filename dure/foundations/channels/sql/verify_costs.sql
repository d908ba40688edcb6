-- purpose: broadcasts and paid sendings begun for more than was held back, or that count it wrongly, at most `most`
WITH begun AS (
  SELECT s.id, s.most_won, s.begun_won, coalesce(sum(a.won), 0) AS won
  FROM channels_sending s
  LEFT JOIN channels_dispatch d ON d.sending_id = s.id
  LEFT JOIN channels_attempt a ON a.dispatch_id = d.id
  -- a broadcast that nobody pays costs nothing
  WHERE (s.paid_by <> '' OR s.about IS NOT NULL) AND s.expires_at > %(kept)s
  GROUP BY s.id
)
SELECT b.id, v.what
FROM begun b
CROSS JOIN LATERAL (VALUES
  (b.won > b.most_won, 'may come to ' || b.won || ' won, and ' || b.most_won || ' were held back'),
  (b.won <> b.begun_won, 'counts ' || b.begun_won || ' won begun, its attempts come to ' || b.won)
) AS v (broken, what) WHERE v.broken
LIMIT %(most)s
