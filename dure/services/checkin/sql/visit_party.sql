-- purpose: lay the tables of the visit party, which has a database of its own; again: nothing changes
DO $lay$
BEGIN
  -- No column has a time, no key grows: a row says its day, its half hour at most, and its order is that of chance.
  CREATE TABLE IF NOT EXISTS checkin_spent (
    epoch int NOT NULL, mark_a uuid NOT NULL, mark_b uuid NOT NULL, envelope uuid NOT NULL,
    PRIMARY KEY (epoch, mark_a), UNIQUE (epoch, mark_b), UNIQUE (epoch, envelope)
  ) PARTITION BY LIST (epoch);
  CREATE TABLE IF NOT EXISTS checkin_journal (
    epoch int NOT NULL, number smallint NOT NULL CHECK (number BETWEEN 0 AND 47), id uuid NOT NULL,
    entry bytea NOT NULL CHECK (octet_length(entry) <= 256),
    PRIMARY KEY (epoch, id)
  ) PARTITION BY LIST (epoch);
  CREATE TABLE IF NOT EXISTS checkin_visit (
    epoch int NOT NULL, id uuid NOT NULL, venue uuid NOT NULL, number smallint NOT NULL CHECK (number BETWEEN 0 AND 47),
    part smallint NOT NULL, body bytea NOT NULL CHECK (octet_length(body) = 81),
    PRIMARY KEY (epoch, id)
  ) PARTITION BY LIST (epoch);
  CREATE INDEX IF NOT EXISTS checkin_visit_asked ON checkin_visit (epoch, venue, number);
  CREATE OR REPLACE FUNCTION checkin_lay_day(day int) RETURNS void LANGUAGE plpgsql AS $day$
  DECLARE name text;
  BEGIN
    FOREACH name IN ARRAY ARRAY['checkin_spent', 'checkin_journal', 'checkin_visit'] LOOP
      EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF %I FOR VALUES IN (%s)', name || '_' || day, name, day);
    END LOOP;
  END $day$;
END $lay$
