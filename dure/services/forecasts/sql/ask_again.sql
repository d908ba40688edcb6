-- purpose: let these readers be asked about; waits for those who are just being written to
WITH whose AS (
  SELECT person_id FROM forecasts_reader WHERE person_id = ANY (%(readers)s) ORDER BY person_id FOR UPDATE
)
UPDATE forecasts_reader r SET ask_at = %(now)s FROM whose WHERE r.person_id = whose.person_id
