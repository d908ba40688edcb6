-- purpose: how these sendings stand for these people, and since when a way outside the inbox, and the inbox, was tried
SELECT one.sending, one.person, d.state, d.why, d.next_at, t.outside, t.inside
FROM unnest(%(sendings)s::uuid[], %(persons)s::uuid[]) AS one (sending, person)
LEFT JOIN channels_dispatch d ON d.sending_id = one.sending AND d.person_id = one.person
LEFT JOIN LATERAL (
  SELECT max(a.at) FILTER (WHERE a.route <> 'inbox' AND a.state <> 'failed') AS outside, max(a.at) FILTER (WHERE a.route = 'inbox') AS inside
  FROM channels_attempt a WHERE a.dispatch_id = d.id
) t ON true
