-- purpose: the row of somebody who never was a friend; answers nothing where there is one already
INSERT INTO channels_friend (channel_id, person_id, joined_at, joined_by, region, tags, note)
VALUES (%(channel)s, %(person)s, %(now)s, %(joined_by)s, '', '[]', '')
ON CONFLICT (channel_id, person_id) DO NOTHING
RETURNING 1
