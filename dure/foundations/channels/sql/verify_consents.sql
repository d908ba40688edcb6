-- purpose: friends whose columns say other than the log of their consents, the first of them
WITH last AS (
    SELECT DISTINCT ON (l.channel_id, l.person_id, l.kind, l.act = 'reminded')
        l.channel_id, l.person_id, l.kind, l.act, l.at
    FROM channels_consent_line l
    WHERE l.act IN ('given', 'withdrawn') OR (l.act = 'reminded' AND l.kind = 'ads')
    ORDER BY l.channel_id, l.person_id, l.kind, l.act = 'reminded', l.id DESC
),
said AS (
    SELECT
        channel_id,
        person_id,
        max(at) FILTER (WHERE kind = 'messages' AND act = 'given') AS joined_at,
        max(at) FILTER (WHERE kind = 'messages' AND act = 'withdrawn') AS left_at,
        max(at) FILTER (WHERE kind = 'ads' AND act = 'given') AS ads_since,
        max(at) FILTER (WHERE kind = 'night_ads' AND act = 'given') AS night_ads_since,
        max(at) FILTER (WHERE act = 'reminded') AS last_reminder
    FROM last
    GROUP BY channel_id, person_id
)
SELECT
    coalesce(f.person_id, s.person_id),
    CASE
        WHEN s.person_id IS NULL THEN 'a friend without a line in the log of consents'
        WHEN f.person_id IS NULL THEN 'lines in the log of consents without a friend'
        WHEN (f.left_at IS NULL) <> (s.joined_at IS NOT NULL) THEN 'is a friend in one and not in the other'
        WHEN f.left_at IS NULL AND f.joined_at <> s.joined_at THEN 'joined at another time'
        WHEN f.left_at IS NOT NULL AND f.left_at IS DISTINCT FROM s.left_at THEN 'left at another time'
        WHEN f.ads_since IS DISTINCT FROM s.ads_since THEN 'the consent to ads differs'
        WHEN f.night_ads_since IS DISTINCT FROM s.night_ads_since THEN 'the consent to night ads differs'
        ELSE 'the notice of every two years differs'
    END
FROM channels_friend f
FULL JOIN said s ON s.channel_id = f.channel_id AND s.person_id = f.person_id
WHERE s.person_id IS NULL
   OR f.person_id IS NULL
   OR (f.left_at IS NULL) <> (s.joined_at IS NOT NULL)
   OR (f.left_at IS NULL AND f.joined_at <> s.joined_at)
   OR (f.left_at IS NOT NULL AND f.left_at IS DISTINCT FROM s.left_at)
   OR f.ads_since IS DISTINCT FROM s.ads_since
   OR f.night_ads_since IS DISTINCT FROM s.night_ads_since
   OR (f.reminded_at IS NOT NULL AND f.reminded_at IS DISTINCT FROM s.last_reminder)
ORDER BY 1
LIMIT %(most)s
