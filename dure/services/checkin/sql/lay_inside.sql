-- purpose: the function with which a scanner says how many more came than left through it today; again: nothing changes
-- One scanner of a place at a time, so that what they say together is never below nought: nobody leaves who is not inside. NULL:
-- the scanner does not know what it said before.
CREATE OR REPLACE FUNCTION checkin_count_inside(
  of_scanner uuid, of_venue uuid, day int, said int, OUT number int, OUT inside int
) LANGUAGE plpgsql AS $inside$
DECLARE others int;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('checkin_count_inside ' || of_venue, 0));
  SELECT coalesce(sum(i.number), 0) INTO others FROM checkin_inside i
  WHERE i.venue_id = of_venue AND i.epoch = day AND i.scanner_id <> of_scanner;
  SELECT i.number INTO number FROM checkin_inside i WHERE i.scanner_id = of_scanner AND i.epoch = day;
  said := greatest(coalesce(said, number, 0), -others);
  IF said IS DISTINCT FROM number THEN
    INSERT INTO checkin_inside AS i (scanner_id, venue_id, epoch, number) VALUES (of_scanner, of_venue, day, said)
    ON CONFLICT (scanner_id, epoch) DO UPDATE SET number = excluded.number;
  END IF;
  number := said;
  inside := others + said;
END $inside$
