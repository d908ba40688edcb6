-- purpose: read what stays of the seeds of one hour at one venue
SELECT part, share_identity, share_visits, share_authority, commitments FROM checkin_seed
WHERE epoch = %(epoch)s AND venue = %(venue)s AND hour = %(hour)s
ORDER BY part
