-- purpose: lock the dispatches of these attempts and say how they and all their attempts stand
SELECT a.key, a.id, a.state, a.rung, a.route, d.id, d.person_id, d.state, d.rung, d.tries, d.best, d.next_at, d.why,
  d.opened_at IS NOT NULL, s.purpose,
  ARRAY(SELECT o.state FROM channels_attempt o WHERE o.dispatch_id = d.id AND o.id <> a.id)
FROM channels_attempt a
JOIN channels_dispatch d ON d.id = a.dispatch_id
JOIN channels_sending s ON s.id = d.sending_id
WHERE a.key = ANY (%(keys)s)
ORDER BY d.id, a.id
FOR NO KEY UPDATE OF d, a
