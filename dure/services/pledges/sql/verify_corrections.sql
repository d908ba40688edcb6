-- purpose: corrections that do not follow from what two stewards decided, counted here anew, or whose refund is not, at most `most`
WITH corrected AS (
  SELECT pledge_id, sum(kept)::bigint AS kept, sum(refund)::bigint AS refund, sum(donation)::bigint AS donation,
    sum(fee)::bigint AS fee FROM pledges_correction GROUP BY pledge_id
), upheld AS (
  SELECT d.pledge_id, d.id, e.day FROM pledges_dispute d JOIN pledges_dispute_day e ON e.dispute_id = d.id AND e.counts
  WHERE d.state = 'upheld'
), concerned AS (
  SELECT pledge_id FROM corrected UNION SELECT pledge_id FROM upheld
), counting AS (
  SELECT c.pledge_id, f.day FROM concerned c
  JOIN pledges_proof f ON f.pledge_id = c.pledge_id AND f.state IN ('counts', 'accepted')
  UNION SELECT pledge_id, day FROM upheld
), counted AS (
  SELECT c.pledge_id, sum(w.length * least(coalesce(r.days, 0), n.needed) / n.needed)::bigint AS kept
  FROM concerned c JOIN pledges_pledge p ON p.id = c.pledge_id JOIN pledges_project j ON j.id = p.project_id
  CROSS JOIN (SELECT week, CASE WHEN week = 14 THEN 2 ELSE 7 END AS length FROM generate_series(0, 14) AS g (week)) w
  CROSS JOIN LATERAL (SELECT (w.length * j.days_a_week + 6) / 7 AS needed) n
  LEFT JOIN LATERAL (SELECT count(*) AS days FROM counting k
    WHERE k.pledge_id = c.pledge_id AND (k.day - 1) / 7 = w.week) r ON true
  GROUP BY c.pledge_id
)
SELECT p.id, v.what FROM counted c JOIN pledges_pledge p ON p.id = c.pledge_id
JOIN pledges_project j ON j.id = p.project_id JOIN pledges_season n ON n.id = j.season_id
JOIN pledges_settlement s ON s.pledge_id = p.id
LEFT JOIN corrected x ON x.pledge_id = p.id
CROSS JOIN LATERAL (SELECT s.kept + coalesce(x.kept, 0) AS kept, s.refund + coalesce(x.refund, 0) AS refund,
  s.donation + coalesce(x.donation, 0) AS donation, s.fee + coalesce(x.fee, 0) AS fee) t
CROSS JOIN LATERAL (SELECT CASE WHEN p.gives THEN s.deposit * t.kept / 100 ELSE s.deposit END AS refund) f
CROSS JOIN LATERAL (VALUES
  (t.kept <> c.kept, 'was corrected to ' || t.kept || ' days, proofs and disputes say ' || c.kept),
  (t.refund <> f.refund, 'gets ' || t.refund || ' back after a correction, ' || t.kept || ' days make ' || f.refund),
  (t.fee <> (s.deposit - f.refund) * n.fee_percent / 100, 'is charged ' || t.fee || ' after a correction'),
  (t.refund + t.donation + t.fee <> s.deposit, 'sums to ' || (t.refund + t.donation + t.fee) || ' after a correction')
) AS v (broken, what) WHERE v.broken
UNION ALL
SELECT d.id, 'was decided by ' || count(DISTINCT t.by) FILTER (WHERE t.want <> 'send_back') || ' steward' FROM pledges_dispute d
JOIN pledges_dispute_step t ON t.dispute_id = d.id WHERE d.decided_at IS NOT NULL
GROUP BY d.id HAVING count(DISTINCT t.by) FILTER (WHERE t.want <> 'send_back') < 2
UNION ALL
SELECT d.id, 'was confirmed by who had proposed it' FROM pledges_dispute d
JOIN pledges_dispute_step o ON o.id = d.proposal
JOIN pledges_dispute_step t ON t.dispute_id = d.id AND t.want IN ('uphold', 'dismiss') AND t.by = o.by
LIMIT %(most)s
