-- purpose: keep why dispatches wait, for who asks later
INSERT INTO channels_held (dispatch_id, route, why, at, until)
SELECT one.dispatch, one.route, one.why, %(now)s, one.until
FROM unnest(%(dispatches)s::bigint[], %(routes)s::text[], %(whys)s::text[], %(untils)s::timestamptz[])
  AS one (dispatch, route, why, until)
