-- purpose: the heart-beats of a place since one of them
SELECT beat FROM checkin_beat WHERE venue_id = $1 AND beat >= $2 ORDER BY beat
