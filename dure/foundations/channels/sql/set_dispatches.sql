-- purpose: write how far dispatches have climbed; their rows are locked
UPDATE channels_dispatch d
SET state = one.state, rung = one.rung, tries = one.tries, best = one.best, next_at = one.next_at, why = one.why,
  counted = d.counted OR one.counted,
  opened_at = CASE WHEN one.state = 'opened' THEN coalesce(d.opened_at, %(now)s) ELSE d.opened_at END
FROM unnest(%(ids)s::bigint[], %(states)s::text[], %(rungs)s::int[], %(tries)s::int[], %(bests)s::text[],
  %(nexts)s::timestamptz[], %(whys)s::text[], %(counted)s::bool[])
  AS one (id, state, rung, tries, best, next_at, why, counted)
WHERE d.id = one.id
