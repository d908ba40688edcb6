-- purpose: whether a telephone and a browser lead to each of these people, and whether texts are read to them
SELECT one.person, t.aloud IS NOT NULL, b.is_there, coalesce(t.aloud, false)
FROM unnest(%(persons)s::uuid[]) AS one (person)
LEFT JOIN LATERAL (
  SELECT bool_or(r.aloud) AS aloud FROM channels_reach r WHERE r.person_id = one.person AND r.route = 'sms' AND r.gone_at IS NULL
) t ON true
CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM channels_push_subscription s WHERE s.person_id = one.person) AS is_there) b
WHERE t.aloud IS NOT NULL OR b.is_there
