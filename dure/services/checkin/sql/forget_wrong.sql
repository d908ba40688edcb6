-- purpose: forget wrong codes that were typed before this hour; answers how many
WITH gone AS (DELETE FROM checkin_wrong WHERE hour < $1 RETURNING 1) SELECT count(*) FROM gone
