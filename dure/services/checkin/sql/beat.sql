-- purpose: write down that places had their line in these five minutes; again: nothing changes
INSERT INTO checkin_beat (venue_id, beat)
SELECT DISTINCT venue, beat FROM unnest($1::uuid[], $2::bigint[]) AS a (venue, beat) ORDER BY venue, beat
ON CONFLICT DO NOTHING
RETURNING 1
