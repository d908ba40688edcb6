-- purpose: whom these sendings reached by nothing but a silent line in the inbox, and by nothing else so far or any more
SELECT d.sending_id, d.person_id
FROM channels_dispatch d
WHERE d.sending_id = ANY (%(sendings)s) AND d.opened_at IS NULL
  AND NOT EXISTS (
    SELECT FROM channels_attempt a
    WHERE a.dispatch_id = d.id AND a.route <> 'inbox' AND a.state <> 'failed'
  )
  AND (
    d.next_at IS NOT NULL OR d.state IN ('stopped', 'expired') OR d.why IN ('stopped', 'expired')
    OR EXISTS (SELECT FROM channels_held h WHERE h.dispatch_id = d.id AND h.until >= %(now)s)
  )
