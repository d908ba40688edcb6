-- purpose: of each of `pledges`, how many days of each week of the season have a proof that counts
SELECT pledge_id, (day - 1) / %(week)s AS week, count(*) AS proved
FROM pledges_proof
WHERE pledge_id = ANY (%(pledges)s::uuid[]) AND state = ANY (%(counting)s)
GROUP BY pledge_id, (day - 1) / %(week)s
