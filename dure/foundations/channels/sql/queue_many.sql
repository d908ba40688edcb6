-- purpose: queue the persons whom many new sendings name, and count them
WITH put AS (
  INSERT INTO channels_dispatch (sending_id, person_id, lane, state, rung, tries, best, counted, next_at, why, variables)
  SELECT one.sending, p.id, one.lane, 'waiting', one.rung, 0, '', false, one.next_at, '', one.variables::jsonb
  FROM unnest(
    %(sendings)s::uuid[], %(persons)s::uuid[], %(lanes)s::int[], %(rungs)s::int[], %(times)s::timestamptz[], %(variables)s::text[]
  ) AS one (sending, person, lane, rung, next_at, variables)
  JOIN people_person p ON p.id = one.person
  RETURNING sending_id
)
UPDATE channels_sending s
SET count = counted.persons
FROM (SELECT sending_id, count(*) AS persons FROM put GROUP BY sending_id) counted
WHERE s.id = counted.sending_id
