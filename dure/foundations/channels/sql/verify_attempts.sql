-- purpose: attempts whose key is not the one of their message, receiver, route and step, and second ones, at most `most`
WITH keyed AS (
  SELECT a.id, a.key, a.route, a.dispatch_id, a.state, a.told_at, encode(sha256(uuid_send(d.sending_id)
    || convert_to(replace(d.person_id::text, '-', '') || '.' || a.route || '.' || a.rung, 'UTF8')), 'hex') AS digest
  FROM channels_attempt a JOIN channels_dispatch d ON d.id = a.dispatch_id
)  -- base.ids.derived
SELECT id, 'has another key than its message, receiver, route and step give' FROM keyed
WHERE key <> substr(digest, 1, 12) || '8' || substr(digest, 14, 3) || to_hex(('x' || substr(digest, 17, 1))::bit(4)::int & 3 | 8)
  || substr(digest, 18, 15)
UNION ALL
SELECT max(id), 'is one of ' || count(*) || ' attempts on one step' FROM channels_attempt GROUP BY dispatch_id, rung HAVING count(*) > 1
UNION ALL
SELECT id, 'is ' || state || ', and nobody says since when' FROM keyed WHERE state IN ('delivered', 'failed') AND told_at IS NULL
UNION ALL
SELECT k.id, 'is said to be in the inbox, and there are ' || count(m.id) || ' messages' FROM keyed k
LEFT JOIN channels_message m ON m.dispatch_id = k.dispatch_id WHERE k.route = 'inbox' GROUP BY k.id HAVING count(m.id) <> 1
LIMIT %(most)s
