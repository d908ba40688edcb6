-- purpose: lay the tables of the visit party, which has a database of its own; again: nothing changes
DO $lay$
BEGIN
  -- No column has a time, no key grows: a row says its day, its half hour at most, and its order is that of chance.
  -- What is spent: first in checkin_spent_new, as it comes; moved from there each half hour, in the order of its marks.
  CREATE TABLE IF NOT EXISTS checkin_spent (
    epoch int NOT NULL, mark_a uuid NOT NULL, mark_b uuid NOT NULL, envelope uuid NOT NULL,
    PRIMARY KEY (epoch, mark_a), UNIQUE (epoch, mark_b), UNIQUE (epoch, envelope)
  ) PARTITION BY LIST (epoch);
  CREATE TABLE IF NOT EXISTS checkin_spent_new (
    epoch int NOT NULL, mark_a uuid NOT NULL, mark_b uuid NOT NULL, envelope uuid NOT NULL,
    PRIMARY KEY (epoch, mark_a), UNIQUE (epoch, mark_b), UNIQUE (epoch, envelope)
  );
  -- day and number say in which half hour an entry is read, not of which day its pass is: that stands inside the seal.
  -- One table a half hour, dropped when it is written: no dead row stays behind. An entry never leaves its page.
  CREATE TABLE IF NOT EXISTS checkin_journal (
    day int NOT NULL, number smallint NOT NULL, id uuid NOT NULL,
    entry bytea STORAGE PLAIN NOT NULL CHECK (octet_length(entry) <= 256)
  ) PARTITION BY RANGE (day, number);
  CREATE TABLE IF NOT EXISTS checkin_visit (
    epoch int NOT NULL, id uuid NOT NULL, venue uuid NOT NULL, number smallint NOT NULL CHECK (number BETWEEN 0 AND 47),
    part smallint NOT NULL, body bytea NOT NULL CHECK (octet_length(body) = 81),
    PRIMARY KEY (epoch, id)
  ) PARTITION BY LIST (epoch);
  CREATE INDEX IF NOT EXISTS checkin_visit_asked ON checkin_visit (epoch, venue, number);
  -- What stays of the seed of a part: a share for each party, sealed to it, and what the shares have to fit.
  CREATE TABLE IF NOT EXISTS checkin_seed (
    epoch int NOT NULL, venue uuid NOT NULL, hour smallint NOT NULL CHECK (hour BETWEEN 0 AND 23), part smallint NOT NULL,
    share_identity bytea NOT NULL CHECK (octet_length(share_identity) = 150),
    share_visits bytea NOT NULL CHECK (octet_length(share_visits) = 150),
    share_authority bytea NOT NULL CHECK (octet_length(share_authority) = 150),
    commitments bytea NOT NULL CHECK (octet_length(commitments) = 128),
    PRIMARY KEY (epoch, venue, hour, part)
  ) PARTITION BY LIST (epoch);

  -- Codes to read out, as the identity party handed them over, in an order that is that of chance. Gone on day 3.
  CREATE TABLE IF NOT EXISTS checkin_spoken (
    epoch int NOT NULL, entry uuid NOT NULL, owner uuid NOT NULL, sealed bytea NOT NULL CHECK (octet_length(sealed) = 64),
    PRIMARY KEY (epoch, entry, owner)
  );
  -- Codes that were typed at a venue in an hour and were nobody's: a row each, gone after the hour. Of right ones nothing is here.
  CREATE TABLE IF NOT EXISTS checkin_wrong (id uuid PRIMARY KEY, venue uuid NOT NULL, hour int NOT NULL);
  CREATE INDEX IF NOT EXISTS checkin_wrong_here ON checkin_wrong (venue, hour);

  -- Who serves reads and adds rows by way of the five tables only. A part has rights of its own, and by default all of them: one
  -- could change or take away in it what the table it belongs to keeps.
  CREATE OR REPLACE FUNCTION checkin_close_parts() RETURNS void LANGUAGE plpgsql AS $close$
  DECLARE part regclass;
  BEGIN
    IF to_regrole('dure_app') IS NULL THEN RETURN; END IF;
    FOR part IN SELECT c.oid FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
      WHERE i.inhparent IN ('checkin_spent'::regclass, 'checkin_journal'::regclass, 'checkin_visit'::regclass,
                            'checkin_seed'::regclass)
        AND has_table_privilege('dure_app', c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE')
    LOOP
      EXECUTE format('REVOKE ALL ON %s FROM dure_app', part);
    END LOOP;
  END $close$;

  -- A day is laid once: a half hour that was written must not come back, or what is journalled in it would be lost.
  CREATE OR REPLACE FUNCTION checkin_lay_day(day int) RETURNS void LANGUAGE plpgsql AS $day$
  DECLARE name text;
  BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('checkin_lay_day'));
    IF to_regclass('checkin_visit_' || day) IS NOT NULL THEN RETURN; END IF;
    FOREACH name IN ARRAY ARRAY['checkin_spent', 'checkin_visit', 'checkin_seed'] LOOP
      EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES IN (%s)', name || '_' || day, name, day);
    END LOOP;
    FOR number IN 0..47 LOOP
      EXECUTE format('CREATE TABLE %I PARTITION OF checkin_journal FOR VALUES FROM (%s, %s) TO (%s, %s)',
                     format('checkin_journal_%s_%s', day, number), day, number, day, number + 1);
    END LOOP;
    PERFORM checkin_close_parts();
  END $day$;

  -- What a code to read out finds: the sealed handle if it is one person's; nothing if it is nobody's or two people's, which is
  -- noted. And how many such ones this venue typed in this hour before: at `most` of them nothing is looked up. One at a time for
  -- a venue, so that no more are tried, however many come at once.
  CREATE OR REPLACE FUNCTION checkin_find_spoken(
    of_venue uuid, in_hour int, day int, asked uuid, most int, note uuid, OUT wrong int, OUT handle bytea
  ) LANGUAGE plpgsql AS $spoken$
  DECLARE known bytea[];
  BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('checkin_find_spoken ' || of_venue, 0));
    SELECT count(*) INTO wrong FROM checkin_wrong w WHERE w.venue = of_venue AND w.hour = in_hour;
    IF wrong >= most THEN RETURN; END IF;
    SELECT array_agg(s.sealed) INTO known FROM checkin_spoken s WHERE s.epoch = day AND s.entry = asked;
    IF cardinality(known) = 1 THEN handle := known[1]; RETURN; END IF;
    INSERT INTO checkin_wrong (id, venue, hour) VALUES (note, of_venue, in_hour);
  END $spoken$;

  -- Write a half hour: rows and what stays of their seeds in, the journal away, what was spent into the order of its marks; all
  -- of it or nothing. -1: it was written before. -2: there are other entries than were read; read again. Else: how many rows.
  CREATE OR REPLACE FUNCTION checkin_write_half_hour(
    of_day int, of_number int, entries bigint,
    epochs bigint[], ids uuid[], venues uuid[], numbers bigint[], parts bigint[], bodies bytea[],
    seed_epochs bigint[], seed_venues uuid[], seed_hours bigint[], seed_parts bigint[],
    shares_identity bytea[], shares_visits bytea[], shares_authority bytea[], seed_commitments bytea[]
  ) RETURNS int LANGUAGE plpgsql AS $write$
  DECLARE journal text := format('checkin_journal_%s_%s', of_day, of_number); found bigint; written int;
  BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('checkin_write_half_hour'));  -- one writer at a time
    IF to_regclass(journal) IS NULL THEN RETURN -1; END IF;
    EXECUTE format('SELECT count(*) FROM %I', journal) INTO found;
    IF found <> entries THEN RETURN -2; END IF;
    -- The long part, while people are let in: into tables that nobody else writes.
    INSERT INTO checkin_seed (epoch, venue, hour, part, share_identity, share_visits, share_authority, commitments)
    SELECT * FROM unnest(seed_epochs, seed_venues, seed_hours, seed_parts,
                         shares_identity, shares_visits, shares_authority, seed_commitments)
      AS a (epoch, venue, hour, part) ORDER BY epoch, venue, hour, part;
    INSERT INTO checkin_visit (epoch, id, venue, number, part, body)
    SELECT * FROM unnest(epochs, ids, venues, numbers, parts, bodies) AS a (epoch, id) ORDER BY id;
    GET DIAGNOSTICS written = ROW_COUNT;
    -- Waits for whoever is letting in, and lets nobody in until it has committed: each sees all of this or nothing of it.
    LOCK TABLE ONLY checkin_spent_new IN ACCESS EXCLUSIVE MODE;
    LOCK TABLE ONLY checkin_journal IN ACCESS EXCLUSIVE MODE;
    EXECUTE format('SELECT count(*) FROM %I', journal) INTO found;
    IF found <> entries THEN RAISE EXCEPTION 'an entry came meanwhile' USING ERRCODE = 'serialization_failure'; END IF;
    INSERT INTO checkin_spent (epoch, mark_a, mark_b, envelope)
    SELECT epoch, mark_a, mark_b, envelope FROM checkin_spent_new n
    WHERE NOT (to_regclass('checkin_spent_' || epoch) IS NULL AND to_regclass('checkin_visit_' || epoch) IS NOT NULL)
    ORDER BY mark_a;  -- not of a day that is forgotten: its passes cannot be checked any more
    TRUNCATE checkin_spent_new;
    EXECUTE format('DROP TABLE %I', journal);
    RETURN written;
  END $write$;

  -- What was spent on a day is forgotten when its passes cannot be checked any more; visits and shares are gone on day 28. Who
  -- serves may call both, so they ask the calendar themselves: whoever broke in there makes no code of today good again.
  CREATE OR REPLACE FUNCTION checkin_demand_over(day int, days int) RETURNS void LANGUAGE plpgsql AS $over$
  BEGIN
    IF (now() AT TIME ZONE 'Asia/Seoul')::date - DATE '2020-01-01' < day + days THEN
      RAISE EXCEPTION 'day % is not over its % days', day, days USING ERRCODE = 'check_violation';
    END IF;
  END $over$;
  CREATE OR REPLACE FUNCTION checkin_forget_day(day int) RETURNS void LANGUAGE plpgsql AS $forget$
  BEGIN
    PERFORM checkin_demand_over(day, 3);
    EXECUTE format('DROP TABLE IF EXISTS %I', 'checkin_spent_' || day);
    DELETE FROM checkin_spoken WHERE epoch <= day;
  END $forget$;
  CREATE OR REPLACE FUNCTION checkin_destroy_day(day int) RETURNS void LANGUAGE plpgsql AS $destroy$
  BEGIN
    PERFORM checkin_demand_over(day, 28);
    -- Half hours that nobody wrote in 28 days, and what was spent in them: nothing opens them any more, and there is no place left
    -- to move that to. First the table that who lets in takes first.
    LOCK TABLE ONLY checkin_spent IN ACCESS EXCLUSIVE MODE;
    DELETE FROM checkin_spent_new WHERE epoch = day;
    FOR number IN 0..47 LOOP
      EXECUTE format('DROP TABLE IF EXISTS %I', format('checkin_journal_%s_%s', day, number));
    END LOOP;
    EXECUTE format('DROP TABLE IF EXISTS %I, %I, %I', 'checkin_spent_' || day, 'checkin_visit_' || day, 'checkin_seed_' || day);
  END $destroy$;
END $lay$
