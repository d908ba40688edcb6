-- purpose: read the entries of a half hour, in the order of their random ids
SELECT id, entry FROM checkin_journal WHERE day = $1 AND number = $2 ORDER BY id
