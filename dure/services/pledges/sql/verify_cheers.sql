-- purpose: cheers and comments of people who are not of the project, or for their own proofs, at most `most`
WITH said AS (
  SELECT id, proof_id, person_id, 'cheer' AS what FROM pledges_cheer
  UNION ALL SELECT id, proof_id, person_id, 'comment' FROM pledges_comment
)
SELECT s.id, v.what FROM said s JOIN pledges_proof f ON f.id = s.proof_id JOIN pledges_pledge p ON p.id = f.pledge_id
JOIN pledges_project j ON j.id = p.project_id
CROSS JOIN LATERAL (SELECT EXISTS (
    SELECT 1 FROM pledges_pledge o WHERE o.project_id = j.id AND o.person_id = s.person_id AND o.held_at IS NOT NULL
  ) OR j.leader_id = s.person_id OR EXISTS (
    SELECT 1 FROM pledges_project_step t WHERE t.project_id = j.id AND t.want = 'lead' AND t.why = s.person_id::text
  ) AS is_of) g
CROSS JOIN LATERAL (VALUES
  (NOT g.is_of, 'is a ' || s.what || ' of somebody who is not of the project'),
  (s.what = 'cheer' AND s.person_id = p.person_id, 'is a cheer of somebody for their own proof')
) AS v (broken, what) WHERE v.broken
LIMIT %(most)s
