-- purpose: lock the open sendings in which nothing waits, as far as one can see; what somebody else is at is left for later
SELECT s.id
FROM channels_sending s
WHERE s.state = 'open' AND s.id = ANY (%(sendings)s)
  AND NOT EXISTS (SELECT FROM channels_dispatch d WHERE d.sending_id = s.id AND d.next_at IS NOT NULL)
ORDER BY s.id
FOR NO KEY UPDATE OF s SKIP LOCKED
