-- purpose: delete what became of old sendings, some at a time; the messages in the inbox stay
WITH old AS (
  SELECT d.id
  FROM channels_sending s JOIN channels_dispatch d ON d.sending_id = s.id
  WHERE s.state IN ('done', 'stopped') AND s.expires_at < %(before)s AND d.next_at IS NULL
  LIMIT %(most)s
), told AS (
  DELETE FROM channels_report r USING channels_attempt a WHERE r.attempt_id = a.id AND a.dispatch_id IN (SELECT id FROM old)
), tried AS (
  DELETE FROM channels_attempt a WHERE a.dispatch_id IN (SELECT id FROM old)
), held AS (
  DELETE FROM channels_held h WHERE h.dispatch_id IN (SELECT id FROM old)
), said AS (
  UPDATE channels_message m SET dispatch_id = NULL, variables = d.variables  -- what was filled in is part of what was said
  FROM channels_dispatch d
  WHERE d.id = m.dispatch_id AND d.id IN (SELECT id FROM old)
)
DELETE FROM channels_dispatch d USING old WHERE d.id = old.id
