-- purpose: lines of the log of consents of one channel, in the order in which they are given
INSERT INTO channels_consent_line (channel_id, person_id, kind, act, version, origin, at)
SELECT %(channel)s, one.person, one.kind, one.act, one.version, %(origin)s, %(now)s
FROM unnest(%(persons)s::uuid[], %(kinds)s::text[], %(acts)s::text[], %(versions)s::int[])
  WITH ORDINALITY AS one (person, kind, act, version, number)
ORDER BY one.number
