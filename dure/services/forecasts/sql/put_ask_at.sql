-- purpose: when to ask about each of these readers again
UPDATE forecasts_reader r
SET ask_at = one.ask_at
FROM unnest(%(readers)s::uuid[], %(times)s::timestamptz[]) AS one (reader, ask_at)
WHERE r.person_id = one.reader
