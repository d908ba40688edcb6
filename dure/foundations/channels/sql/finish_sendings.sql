-- purpose: close the sendings in which nothing waits any more; answers which
UPDATE channels_sending s
SET state = 'done'
WHERE s.state = 'open' AND s.id = ANY (%(sendings)s)
  AND NOT EXISTS (SELECT FROM channels_dispatch d WHERE d.sending_id = s.id AND d.next_at IS NOT NULL)
RETURNING s.id, s.channel_id, s.about
