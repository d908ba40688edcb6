-- purpose: write down ways that are tried; answers their ids in the order in which they are given
INSERT INTO broadcast_try (reach_id, way, at, ended, sending, tried_at, look_at)
SELECT one.reach, one.way, %(now)s, one.ended, one.sending, one.tried_at, one.look_at
FROM unnest(%(reaches)s::uuid[], %(ways)s::text[], %(endeds)s::text[], %(sendings)s::uuid[], %(tried)s::timestamptz[],
  %(looks)s::timestamptz[]) WITH ORDINALITY AS one (reach, way, ended, sending, tried_at, look_at, number)
ORDER BY one.number
