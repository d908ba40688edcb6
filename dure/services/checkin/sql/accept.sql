-- purpose: spend the marks of a whole group of passes, all three of a pass or none, and journal what is let in; answers which
WITH asked AS (
  SELECT * FROM unnest($1::bigint[], $2::uuid[], $3::uuid[], $4::uuid[], $5::bigint[], $6::uuid[], $7::bytea[])
    WITH ORDINALITY AS a (epoch, mark_a, mark_b, envelope, number, id, entry, n)
), spent AS (
  -- A row has all three marks or is not there: whichever of them was spent before, nothing of a refused pass remains.
  INSERT INTO checkin_spent (epoch, mark_a, mark_b, envelope)
  SELECT epoch, mark_a, mark_b, envelope FROM asked ORDER BY epoch, mark_a, mark_b, envelope
  ON CONFLICT DO NOTHING
  RETURNING epoch, mark_a, mark_b, envelope
), accepted AS (
  SELECT min(a.n) AS n FROM asked a JOIN spent s USING (epoch, mark_a, mark_b, envelope)
  GROUP BY epoch, mark_a, mark_b, envelope
), journalled AS (
  INSERT INTO checkin_journal (epoch, number, id, entry)
  SELECT a.epoch, a.number, a.id, a.entry FROM asked a JOIN accepted USING (n) ORDER BY a.id
)
SELECT n FROM accepted
