-- purpose: the rows of those of a list who never were friends, in one order for all who write them; answers whose they are
INSERT INTO channels_friend (channel_id, person_id, joined_at, joined_by, ads_since, night_ads_since, region, tags, note)
SELECT %(channel)s, one.person, %(now)s, %(joined_by)s, CASE WHEN one.ads THEN %(now)s::timestamptz END,
  CASE WHEN one.night_ads THEN %(now)s::timestamptz END, '', '[]', ''
FROM unnest(%(persons)s::uuid[], %(ads)s::bool[], %(night_ads)s::bool[]) AS one (person, ads, night_ads)
ORDER BY one.person
ON CONFLICT (channel_id, person_id) DO NOTHING
RETURNING person_id
