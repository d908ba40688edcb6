-- purpose: spend the marks of a whole group of passes, all three of a pass or none, and journal what is let in; answers which
WITH asked AS (
  SELECT * FROM unnest($1::bigint[], $2::uuid[], $3::uuid[], $4::uuid[], $5::bigint[], $6::bigint[], $7::uuid[], $8::bytea[])
    WITH ORDINALITY AS a (epoch, mark_a, mark_b, envelope, day, number, id, entry, n)
), unspent AS (
  -- In half hours that are written. Writing one excludes this statement, so a mark is never between the two tables.
  -- OFFSET 0: three probes of an index for each pass, whatever the planner thinks of the tables.
  SELECT epoch, mark_a, mark_b, envelope FROM asked a
  WHERE NOT EXISTS (SELECT FROM checkin_spent s WHERE s.epoch = a.epoch AND s.mark_a = a.mark_a OFFSET 0)
    AND NOT EXISTS (SELECT FROM checkin_spent s WHERE s.epoch = a.epoch AND s.mark_b = a.mark_b OFFSET 0)
    AND NOT EXISTS (SELECT FROM checkin_spent s WHERE s.epoch = a.epoch AND s.envelope = a.envelope OFFSET 0)
), spent AS (
  -- A row has all three marks or is not there: whichever of them was spent before, nothing of a refused pass remains.
  INSERT INTO checkin_spent_new (epoch, mark_a, mark_b, envelope)
  SELECT epoch, mark_a, mark_b, envelope FROM unspent ORDER BY epoch, mark_a, mark_b, envelope
  ON CONFLICT DO NOTHING
  RETURNING epoch, mark_a, mark_b, envelope
), accepted AS (
  SELECT min(a.n) AS n FROM asked a JOIN spent s USING (epoch, mark_a, mark_b, envelope)
  GROUP BY epoch, mark_a, mark_b, envelope
), journalled AS (
  INSERT INTO checkin_journal (day, number, id, entry)
  SELECT a.day, a.number, a.id, a.entry FROM asked a JOIN accepted USING (n) ORDER BY a.id
)
SELECT n FROM accepted
