-- purpose: write the rows of a half hour, of all venues together and in the order of their random ids; again: nothing changes
INSERT INTO checkin_visit (epoch, id, venue, number, part, body)
SELECT epoch, id, venue, number, part, body
FROM unnest($1::bigint[], $2::uuid[], $3::uuid[], $4::bigint[], $5::bigint[], $6::bytea[])
  AS a (epoch, id, venue, number, part, body)
ORDER BY id
ON CONFLICT DO NOTHING
RETURNING id
