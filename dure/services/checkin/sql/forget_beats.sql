-- purpose: take away the heart-beats before one of them; answers how many
WITH gone AS (DELETE FROM checkin_beat WHERE beat < $1 RETURNING 1) SELECT count(*) FROM gone
