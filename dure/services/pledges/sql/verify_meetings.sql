-- purpose: meetings with more people than places, and answers of people who are not of the project, at most `most`
(SELECT m.id, 'has ' || sum(a.companions + 1) || ' people for ' || m.capacity || ' places' FROM pledges_meeting m
JOIN pledges_meeting_answer a ON a.meeting_id = m.id AND a.standing = 'coming'
WHERE m.capacity IS NOT NULL GROUP BY m.id, m.capacity HAVING sum(a.companions + 1) > m.capacity
LIMIT %(most)s)
UNION ALL
(SELECT a.id, 'is an answer of somebody who is not of the project' FROM pledges_meeting_answer a
JOIN pledges_meeting m ON m.id = a.meeting_id JOIN pledges_project j ON j.id = m.project_id
WHERE j.leader_id <> a.person_id AND NOT EXISTS (
  SELECT 1 FROM pledges_pledge o WHERE o.project_id = j.id AND o.person_id = a.person_id AND o.held_at IS NOT NULL
) AND NOT EXISTS (
  SELECT 1 FROM pledges_project_step t WHERE t.project_id = j.id AND t.want = 'lead' AND t.why = a.person_id::text
)
LIMIT %(most)s)
