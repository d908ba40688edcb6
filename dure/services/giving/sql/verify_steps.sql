-- purpose: steps that the table of states does not know or that skip a state, causes elsewhere than their last step or their box, at most `most`
WITH walked AS (
  SELECT s.cause_id, s.id, s.want, s.before, s.after, lag(s.after, 1, 'draft') OVER walk AS stood, lead(s.id) OVER walk IS NULL AS last
  FROM giving_step s WINDOW walk AS (PARTITION BY s.cause_id ORDER BY s.id)
)
SELECT w.cause_id, 'no such step: ' || w.want || ' from ' || w.before || ' to ' || w.after || ' (step ' || w.id || ')'
FROM walked w LEFT JOIN unnest(%(befores)s::text[], %(wants)s::text[], %(afters)s::text[]) AS k (before, want, after)
  ON (k.before, k.want, k.after) = (w.before, w.want, w.after)
WHERE k.want IS NULL
UNION ALL
SELECT cause_id, 'was ' || stood || ', and its next step begins at ' || before || ' (step ' || id || ')'
FROM walked WHERE before <> stood
UNION ALL
SELECT c.id, 'is ' || c.state || ', and its last step led to ' || coalesce(w.after, 'draft')
FROM giving_cause c LEFT JOIN walked w ON w.cause_id = c.id AND w.last WHERE c.state <> coalesce(w.after, 'draft')
UNION ALL
SELECT c.id, 'is ' || c.state || ', its box is ' || coalesce(b.state, 'missing')
FROM giving_cause c LEFT JOIN giving_box b ON b.id = c.id
WHERE b.state IS DISTINCT FROM CASE WHEN c.state NOT IN ('draft', 'proposed', 'vetting', 'needs_work', 'rejected', 'withdrawn')
  THEN c.state END
LIMIT %(most)s
