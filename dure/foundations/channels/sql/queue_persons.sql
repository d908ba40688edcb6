-- purpose: queue the persons whom a sending names, with what is filled in for each
INSERT INTO channels_dispatch (sending_id, person_id, lane, state, rung, tries, best, counted, next_at, why, variables)
SELECT %(sending)s, p.id, %(lane)s, 'waiting', %(rung)s, 0, '', false, %(next_at)s, '', one.variables::jsonb
FROM unnest(%(persons)s::uuid[], %(variables)s::text[]) AS one (person, variables)
JOIN people_person p ON p.id = one.person
ON CONFLICT (sending_id, person_id) DO NOTHING
