-- purpose: write where friends of one channel stand now; their rows are locked
UPDATE channels_friend f
SET joined_at = one.joined_at, left_at = one.left_at, ads_since = one.ads_since, night_ads_since = one.night_ads_since,
  reminded_at = one.reminded_at, joined_by = CASE WHEN one.back THEN %(joined_by)s ELSE f.joined_by END
FROM unnest(%(persons)s::uuid[], %(joined)s::timestamptz[], %(left)s::timestamptz[], %(ads)s::timestamptz[],
  %(night_ads)s::timestamptz[], %(reminded)s::timestamptz[], %(backs)s::bool[])
  AS one (person, joined_at, left_at, ads_since, night_ads_since, reminded_at, back)
WHERE f.channel_id = %(channel)s AND f.person_id = one.person
