-- purpose: write down who is to be reminded in this half hour, at most `most`, and answer each with the projects that wait for them
WITH whose AS (
  SELECT DISTINCT w.person_id FROM pledges_reminder_hour w
  WHERE w.hour = %(hour)s AND NOT EXISTS (
    SELECT 1 FROM pledges_reminder d WHERE d.person_id = w.person_id AND d.day = %(today)s::date
  )
), waits AS (
  SELECT p.person_id, j.title, j.window_until, coalesce(own.hour, everywhere.hour) AS hour
  FROM whose
  JOIN pledges_pledge p ON p.person_id = whose.person_id AND p.state = 'joined'
  JOIN pledges_project j ON j.id = p.project_id AND j.state = 'open'
  JOIN pledges_season s ON s.id = j.season_id AND s.state = 'open'
  CROSS JOIN LATERAL (SELECT %(today)s::date - s.starts_on AS before) n -- days of the season before today
  CROSS JOIN LATERAL (SELECT n.before / 7 AS number, least(7, 100 - n.before / 7 * 7) AS length) week
  LEFT JOIN pledges_reminder_hour own ON own.pledge_id = p.id
  LEFT JOIN pledges_reminder_hour everywhere
    ON everywhere.person_id = p.person_id AND everywhere.pledge_id IS NULL AND own.id IS NULL
  WHERE n.before BETWEEN 0 AND 99
    AND coalesce(own.hour, everywhere.hour) * 60 >= j.window_start AND coalesce(own.hour, everywhere.hour) * 60 < j.window_until
    AND j.window_until > %(minute)s
    AND NOT EXISTS (
      SELECT 1 FROM pledges_proof f WHERE f.pledge_id = p.id AND f.day = n.before + 1 AND f.state <> 'withdrawn'
    )
    AND (
      SELECT count(*) FROM pledges_proof f
      WHERE f.pledge_id = p.id AND f.state IN ('counts', 'accepted')
        AND f.day BETWEEN week.number * 7 + 1 AND week.number * 7 + week.length
    ) < (week.length * j.days_a_week + 6) / 7
), due AS (
  SELECT person_id, array_agg(title ORDER BY window_until, title) AS titles, min(window_until) AS until
  FROM waits GROUP BY person_id HAVING bool_or(hour = %(hour)s) ORDER BY person_id LIMIT %(most)s
), written AS (
  INSERT INTO pledges_reminder (person_id, day, at)
  SELECT person_id, %(today)s::date, %(now)s::timestamptz FROM due ORDER BY person_id
  ON CONFLICT (person_id, day) DO NOTHING
  RETURNING person_id
)
SELECT due.person_id, due.titles, due.until FROM due JOIN written USING (person_id) ORDER BY due.person_id
