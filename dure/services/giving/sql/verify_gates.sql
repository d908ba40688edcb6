-- purpose: people who agreed twice or to their own cause, and gates that do not stand where agreements put them, at most `most`
WITH asked AS (
  -- How many agreements the gate asked for when it opened last: the step says "500/500".
  SELECT DISTINCT ON (cause_id) cause_id, split_part(why, '/', 2)::int AS needed FROM giving_step
  WHERE want = 'reach_gate' AND why ~ '^[0-9]+/[0-9]+$' ORDER BY cause_id, id DESC
), gate AS (
  -- A minute of grace, as the clocks of several servers may differ; while a gate is closed nobody can agree.
  SELECT c.id, c.state, c.gate_reached_at, coalesce(k.needed, 1) AS needed, count(a.id) FILTER (WHERE a.state = 'valid') AS valid,
    count(a.id) FILTER (WHERE a.at <= c.gate_reached_at + interval '1 minute'
      AND (a.state = 'valid' OR a.ended_at > c.gate_reached_at)) AS at_reach
  FROM giving_cause c
  LEFT JOIN giving_agreement a ON a.cause_id = c.id AND a.person_id <> c.proposer_id
  LEFT JOIN asked k ON k.cause_id = c.id
  GROUP BY c.id, k.needed
)
SELECT max(id::text)::uuid, 'is one of ' || count(*) || ' agreements of one person to one cause'
FROM giving_agreement WHERE state = 'valid' GROUP BY cause_id, person_id HAVING count(*) > 1
UNION ALL
SELECT max(id::text)::uuid, 'is one of ' || count(*) || ' agreements of one identity to one cause'
FROM giving_agreement WHERE state = 'valid' AND identity <> '' GROUP BY cause_id, identity HAVING count(*) > 1
UNION ALL
SELECT a.id, 'the proposer agreed' FROM giving_agreement a JOIN giving_cause c ON c.id = a.cause_id AND c.proposer_id = a.person_id
UNION ALL
SELECT g.id, v.what FROM gate g CROSS JOIN LATERAL (VALUES
  (g.state IN ('draft', 'proposed') AND g.gate_reached_at IS NOT NULL, 'is ' || g.state || ', and its gate is open'),
  (g.state NOT IN ('draft', 'proposed', 'rejected', 'withdrawn') AND g.gate_reached_at IS NULL,
    'is ' || g.state || ', and its gate never opened'),
  (g.gate_reached_at IS NOT NULL AND g.at_reach < g.needed, 'its gate opened at ' || g.at_reach || ' of ' || g.needed),
  (g.state IN ('vetting', 'needs_work') AND g.valid < least(g.needed, %(needed)s),
    'is ' || g.state || ' with ' || g.valid || ' agreements, and the gate asked for ' || g.needed)
) AS v (broken, what) WHERE v.broken
LIMIT %(most)s
