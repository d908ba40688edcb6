-- purpose: keep codes to read out that were handed over, in the order of chance; again: nothing changes
INSERT INTO checkin_spoken (epoch, entry, owner, sealed)
SELECT %(epoch)s, entry, owner, sealed
FROM unnest(%(entries)s::uuid[], %(owners)s::uuid[], %(sealed)s::bytea[]) AS a (entry, owner, sealed)
ORDER BY entry, owner
ON CONFLICT DO NOTHING
