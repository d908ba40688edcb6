-- purpose: a line of the log for every consent that ends because the channel closes
INSERT INTO channels_consent_line (channel_id, person_id, kind, act, version, origin, at)
SELECT f.channel_id, f.person_id, k.kind, 'withdrawn', k.version, 'closed', %(now)s
FROM channels_friend f
CROSS JOIN unnest(%(kinds)s::text[], %(versions)s::int[]) WITH ORDINALITY AS k (kind, version, place)
WHERE f.channel_id = %(channel)s
  AND f.left_at IS NULL
  AND (
    k.kind = 'messages'
    OR (k.kind = 'ads' AND f.ads_since IS NOT NULL)
    OR (k.kind = 'night_ads' AND f.night_ads_since IS NOT NULL)
  )
ORDER BY f.person_id, k.place
