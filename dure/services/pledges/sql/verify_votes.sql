-- purpose: groups whose receiver is not the one that most chose (of several the first named), counted anew, at most `most`
WITH voted AS (
  SELECT p.project_id, v.receiver_id, count(*) AS votes FROM pledges_vote v JOIN pledges_pledge p ON p.id = v.pledge_id
  WHERE p.state IN ('joined', 'stopped', 'settled') GROUP BY 1, 2
), ranked AS (
  SELECT g.project_id, r.id AS receiver_id, coalesce(w.votes, 0) AS votes,
    row_number() OVER (PARTITION BY g.project_id ORDER BY coalesce(w.votes, 0) DESC, r.position) AS place
  FROM pledges_group_choice g JOIN pledges_project j ON j.id = g.project_id
  JOIN pledges_season n ON n.id = j.season_id AND (n.settled_at IS NULL OR n.settled_at >= %(votes_from)s)  -- later votes are gone
  JOIN pledges_receiver r ON r.season_id = j.season_id
  LEFT JOIN voted w ON w.project_id = g.project_id AND w.receiver_id = r.id
)
SELECT g.project_id, v.what FROM pledges_group_choice g JOIN ranked k ON k.project_id = g.project_id AND k.place = 1
CROSS JOIN LATERAL (VALUES
  (g.receiver_id <> k.receiver_id, 'chose another receiver than its votes say'),
  (g.votes <> k.votes, 'is said to have chosen with ' || g.votes || ' votes, they are ' || k.votes)
) AS v (broken, what) WHERE v.broken
LIMIT %(most)s
