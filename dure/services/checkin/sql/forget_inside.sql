-- purpose: forget how many were inside on days before this one; answers how many numbers
WITH gone AS (DELETE FROM checkin_inside WHERE epoch < $1 RETURNING 1) SELECT count(*) FROM gone
