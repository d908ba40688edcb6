-- purpose: make the conversations that are missing and lock all of them, in one order, before anything is delivered
WITH wanted AS (
    SELECT DISTINCT ON (channel, person) channel, person, id
    FROM unnest(%(channels)s::uuid[], %(persons)s::uuid[], %(ids)s::uuid[]) AS asked (channel, person, id)
    ORDER BY channel, person
)
INSERT INTO channels_conversation AS mine
    (id, channel_id, person_id, attended, last_position, read_by_person, read_by_staff, muted, at)
SELECT id, channel, person, 'bot', 0, 0, 0, false, %(now)s FROM wanted
ON CONFLICT (channel_id, person_id) DO UPDATE SET at = mine.at
