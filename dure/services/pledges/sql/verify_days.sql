-- purpose: settlements that do not follow from proofs, days a week and consent, counted here anew, at most `most`
WITH weeks AS (
  SELECT s.pledge_id, w.week, CASE WHEN w.week = 14 THEN 2 ELSE 7 END AS length, j.days_a_week
  FROM pledges_settlement s JOIN pledges_pledge p ON p.id = s.pledge_id JOIN pledges_project j ON j.id = p.project_id
  CROSS JOIN generate_series(0, 14) AS w (week)
), proved AS (
  SELECT pledge_id, (day - 1) / 7 AS week, count(*) AS days FROM pledges_proof
  WHERE state IN ('counts', 'accepted') GROUP BY 1, 2
), counted AS (
  SELECT w.pledge_id,
    sum(w.length * least(coalesce(r.days, 0), n.needed) / n.needed)::bigint AS kept
  FROM weeks w CROSS JOIN LATERAL (SELECT (w.length * w.days_a_week + 6) / 7 AS needed) n
  LEFT JOIN proved r ON r.pledge_id = w.pledge_id AND r.week = w.week
  GROUP BY w.pledge_id
)
SELECT s.pledge_id, v.what FROM pledges_settlement s
JOIN pledges_pledge p ON p.id = s.pledge_id JOIN pledges_project j ON j.id = p.project_id
JOIN pledges_season n ON n.id = j.season_id JOIN counted c ON c.pledge_id = s.pledge_id
CROSS JOIN LATERAL (SELECT CASE WHEN p.gives THEN s.deposit * s.kept / 100 ELSE s.deposit END AS refund) f
CROSS JOIN LATERAL (VALUES
  (s.kept <> c.kept, 'was settled for ' || s.kept || ' days, the proofs say ' || c.kept),
  (s.deposit <> p.deposit, 'was settled for ' || s.deposit || ' won, the deposit is ' || p.deposit),
  (s.refund <> f.refund, 'gets ' || s.refund || ' back, ' || s.kept || ' days make ' || f.refund),
  (s.fee <> (s.deposit - f.refund) * n.fee_percent / 100, 'is charged ' || s.fee),
  -- who gives and names nobody lets the group decide
  (s.receiver_id IS DISTINCT FROM CASE WHEN p.gives THEN coalesce(p.receiver_id,
    (SELECT g.receiver_id FROM pledges_group_choice g WHERE g.project_id = j.id)) END,
    'was settled for another receiver than was agreed')
) AS v (broken, what) WHERE v.broken
LIMIT %(most)s
