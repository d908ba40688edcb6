-- purpose: dispatches whose state, reason and place on the ladder do not fit each other or their attempts, at most `most`
WITH tried AS (
  SELECT dispatch_id, max(rung) AS rung, bool_or(state IN ('accepted', 'delivered')) AS came
  FROM channels_attempt GROUP BY dispatch_id
)
SELECT d.id, v.what
FROM channels_dispatch d
JOIN channels_sending s ON s.id = d.sending_id
LEFT JOIN tried t ON t.dispatch_id = d.id
CROSS JOIN LATERAL (VALUES
  (d.state IN ('waiting', 'sending') AND d.next_at IS NULL, 'is ' || d.state || ', and nobody will look at it again'),
  (d.state IN ('failed', 'barred', 'expired', 'stopped') AND d.next_at IS NOT NULL, 'is ' || d.state || ', and still waits'),
  (d.state IN ('barred', 'expired', 'stopped') AND d.why = '', 'is ' || d.state || ', and nothing says why'),
  (d.state IN ('sent', 'delivered') AND d.opened_at IS NULL AND t.came IS NOT TRUE, 'is ' || d.state || ', and no attempt came'),
  (d.state = 'opened' AND d.opened_at IS NULL, 'is opened, and nobody opened it'),
  (t.rung > d.rung, 'stands below a step that was tried'),
  (s.state = 'done' AND d.next_at IS NOT NULL, 'waits, and its sending is done')
) AS v (broken, what) WHERE v.broken
LIMIT %(most)s
