-- purpose: read the rows of one hour at one venue, visits and decoys, for a query that stands in the log
SELECT id, number, part, body FROM checkin_visit
WHERE epoch = %(epoch)s AND venue = %(venue)s AND number IN (%(first)s, %(second)s)
ORDER BY id
