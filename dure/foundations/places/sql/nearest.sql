-- purpose: the points of one kind nearest to a position on the unit sphere, with everything that ties with the last
SELECT id, kind, ref, name, lat, lon, region
FROM places_point
WHERE kind = %(kind)s
  AND (%(chord_max)s::float8 IS NULL OR position <@ cube_enlarge(%(position)s::cube, %(chord_max)s, 3))
ORDER BY position <-> %(position)s::cube
FETCH FIRST %(most)s ROWS WITH TIES
