-- purpose: count one more of a purpose for each person on this day, unless the day has its fill; answers who got a place
INSERT INTO channels_day_count (channel_id, person_id, purpose, day, count)
SELECT asked.channel, asked.person, %(purpose)s, %(day)s, 1
FROM unnest(%(channels)s::uuid[], %(persons)s::uuid[]) AS asked (channel, person)
ORDER BY asked.channel, asked.person
ON CONFLICT (channel_id, person_id, purpose, day)
DO UPDATE SET count = channels_day_count.count + 1 WHERE channels_day_count.count < %(most)s
RETURNING channel_id, person_id
