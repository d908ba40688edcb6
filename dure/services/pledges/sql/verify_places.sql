-- purpose: projects with more people in them, or places kept, than they have, at most `most`
SELECT j.id, 'has ' || count(*) || ' of ' || j.capacity || ' places taken' FROM pledges_project j
JOIN pledges_pledge p ON p.project_id = j.id AND p.state IN ('offered', 'paying', 'joined', 'stopped', 'settled')
GROUP BY j.id, j.capacity HAVING count(*) > j.capacity
LIMIT %(most)s
