-- purpose: sendings that count other people than they have, at most `most`
SELECT s.id, 'counts ' || s.count || ' people, has ' || count(d.id)
FROM channels_sending s LEFT JOIN channels_dispatch d ON d.sending_id = s.id
WHERE s.expires_at > %(kept)s GROUP BY s.id HAVING s.count <> count(d.id)
LIMIT %(most)s
