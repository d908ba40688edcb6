"""A group of proofs in one statement: see the hot room (hot.py) and docs/decisions/173."""

import django.db.models.deletion
from django.db import migrations, models

# Two statements, so that the second sees what others committed before the first had locked the pledges: whoever changes a pledge
# or its proofs locks the pledge first, so nobody changes them any more until we commit. A pledge that somebody else holds is let
# be, not waited for: a project that is cancelled holds all of its own for a while, and everybody else's proofs would wait too.
# Tables are looked up row by row in their indexes (OFFSET 0), whatever the planner believes of their size.
PROVE = """
CREATE FUNCTION pledges_prove(
  in_ids uuid[], in_pledges uuid[], in_persons uuid[], in_days bigint[], in_texts text[], in_numbers bigint[],
  in_as_text bool[], in_as_number bool[], in_as_check bool[], in_keys text[], in_hashes bytea[], in_arrived bigint[],
  in_now timestamptz, in_verb text, in_bucket text, in_most bigint, in_seconds bigint, in_late_minutes bigint
) RETURNS TABLE (
  n bigint, verdict text, proof uuid, word text, opens timestamptz, closes timestamptz, seconds_left bigint,
  has_picture bool, alike bigint, text text, number bigint, sent_at timestamptz, why text, appeal text
) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  in_held uuid[];
BEGIN
  in_held := ARRAY(SELECT id FROM pledges_pledge WHERE id = ANY (in_pledges) AND person_id = ANY (in_persons)
    ORDER BY id FOR NO KEY UPDATE SKIP LOCKED);
  RETURN QUERY
  WITH asked AS MATERIALIZED (
    SELECT a.*, timestamptz 'epoch' + a.arrived * interval '1 microsecond' AS at
    FROM unnest(in_ids, in_pledges, in_persons, in_days, in_texts, in_numbers, in_as_text, in_as_number, in_as_check, in_keys,
      in_hashes, in_arrived) WITH ORDINALITY
      AS a (id, pledge, person, day, text, number, as_text, as_number, as_check, key, body_hash, arrived, n)
  ), looked AS MATERIALIZED (
    SELECT a.*, g.*, t.*, h.id IS NOT NULL AS is_held, w.id IS NOT NULL AS is_somebody, k.body_hash AS kept_hash, k.proof AS kept,
      f.id AS standing, f.state AS stands, f.picture <> '' AS has_picture, f.print
    FROM asked a
    LEFT JOIN unnest(in_held) AS h (id) ON h.id = a.pledge
    -- A token may outlive its person's account, and the row of a closed account stays.
    LEFT JOIN LATERAL (
      SELECT id FROM people_person WHERE id = a.person AND closed_at IS NULL AND is_active OFFSET 0
    ) w ON true
    LEFT JOIN LATERAL (
      SELECT p.person_id AS owner, p.state AS pledge_state, j.state AS project_state, j.proof AS kind,
        j.window_start, j.window_until + s.grace_minutes AS window_ends, s.starts_on, s.id AS season_id
      FROM pledges_pledge p JOIN pledges_project j ON j.id = p.project_id JOIN pledges_season s ON s.id = j.season_id
      WHERE p.id = a.pledge OFFSET 0
    ) g ON true
    LEFT JOIN LATERAL (
      SELECT body_hash, (answer ->> 'value')::uuid AS proof FROM kit_kept_answer
      WHERE actor = a.person AND verb = in_verb AND key = a.key OFFSET 0
    ) k ON true
    LEFT JOIN LATERAL (
      SELECT id, state, picture, print FROM pledges_proof WHERE pledge_id = a.pledge AND day = a.day OFFSET 0
    ) f ON true
    CROSS JOIN LATERAL (
      SELECT (m.midnight + g.window_start * interval '1 minute') AT TIME ZONE 'Asia/Seoul' AS opens,
        (m.midnight + g.window_ends * interval '1 minute') AT TIME ZONE 'Asia/Seoul' AS closes,
        (m.midnight + (g.window_ends + in_late_minutes) * interval '1 minute') AT TIME ZONE 'Asia/Seoul' AS ends
      FROM (SELECT (g.starts_on + (a.day - 1)::int)::timestamp AS midnight) m
    ) t
  ), judged AS (
    SELECT l.*, CASE
        WHEN l.is_somebody AND l.kept_hash = l.body_hash THEN 'known'
        WHEN l.is_somebody AND l.kept_hash IS NOT NULL THEN 'key_reused'
        WHEN l.owner IS NULL THEN 'no_pledge'
        WHEN NOT l.is_somebody OR l.owner <> l.person THEN 'not_own'
        WHEN NOT l.is_held THEN 'busy'
        WHEN l.pledge_state <> 'joined' THEN 'pledge_stands'
        WHEN l.project_state <> 'open' THEN 'project_stands'
        WHEN l.day NOT BETWEEN 1 AND 100 THEN 'no_day'
        WHEN l.at < l.opens THEN 'not_open'
        WHEN l.at >= l.ends THEN 'closed'
        WHEN l.at >= l.closes AND l.stands NOT IN ('late', 'withdrawn') THEN 'closed'  -- what stood when the day closed stands
        WHEN l.at < l.closes AND l.stands NOT IN ('counts', 'withdrawn') THEN 'proof_stands'
        WHEN CASE l.kind WHEN 'text' THEN l.as_text WHEN 'number' THEN l.as_number WHEN 'check' THEN l.as_check
          ELSE l.as_text AND coalesce(l.has_picture, false) END THEN 'good'
        ELSE 'unfit'
      END AS verdict
    FROM looked l
  ), ordered AS (
    -- Of several for one day the last is written, under the id of what stands, else of the first.
    SELECT j.*, coalesce(j.standing, first_value(j.id) OVER same_day) AS proof,
      bool_or(j.verdict = 'good' AND j.at < j.closes) OVER same_day AS counts_by_now
    FROM judged j WINDOW same_day AS (PARTITION BY j.pledge, j.day ORDER BY j.n)
  ), ended AS (
    SELECT o.*, o.verdict = 'good' AND o.at >= o.closes AND o.counts_by_now AS is_too_late FROM ordered o
  ), ranked AS MATERIALIZED (
    SELECT e.*, e.verdict = 'good' AND NOT e.is_too_late AS is_good,
      row_number() OVER (PARTITION BY e.person, e.verdict = 'good' AND NOT e.is_too_late ORDER BY e.n) AS turn
    FROM ended e
  ), counted AS (
    INSERT INTO kit_rate_window AS c (bucket, ends_at, count)
    SELECT in_bucket || r.person, in_now + in_seconds * interval '1 second', count(*)
    FROM ranked r WHERE r.is_good GROUP BY r.person ORDER BY r.person
    ON CONFLICT (bucket) DO UPDATE SET
      ends_at = CASE WHEN c.ends_at <= in_now THEN EXCLUDED.ends_at ELSE c.ends_at END,
      count = least(in_most, CASE WHEN c.ends_at <= in_now THEN 0 ELSE c.count END + EXCLUDED.count)
    RETURNING new.bucket, new.ends_at, CASE WHEN old.ends_at > in_now THEN old.count ELSE 0 END AS before
  ), kept AS (
    INSERT INTO kit_kept_answer (actor, verb, key, body_hash, answer, at)
    SELECT r.person, in_verb, r.key, r.body_hash, jsonb_build_object('value', r.proof), in_now
    FROM ranked r JOIN counted c ON c.bucket = in_bucket || r.person
    WHERE r.is_good AND c.before + r.turn <= in_most
    ORDER BY r.person, r.key
    ON CONFLICT (actor, verb, key) DO NOTHING
    RETURNING actor, key
  ), written AS (
    INSERT INTO pledges_proof (id, pledge_id, day, state, text, number, picture, print, sent_at, why, appeal)
    SELECT DISTINCT ON (r.pledge, r.day) r.proof, r.pledge, r.day, CASE WHEN r.at < r.closes THEN 'counts' ELSE 'late' END,
      r.text, nullif(r.number, -1), '', '', r.at, '', ''
    FROM ranked r JOIN kept k ON k.actor = r.person AND k.key = r.key
    WHERE r.is_good
    ORDER BY r.pledge, r.day, r.n DESC
    ON CONFLICT (pledge_id, day) DO UPDATE SET
      state = EXCLUDED.state, text = EXCLUDED.text, number = EXCLUDED.number, sent_at = EXCLUDED.sent_at
  )
  SELECT r.n,
    CASE WHEN k.key IS NOT NULL THEN 'sent' WHEN r.is_too_late THEN 'closed' WHEN NOT r.is_good THEN r.verdict
      WHEN c.before + r.turn > in_most THEN 'too_often' ELSE 'again' END,
    CASE WHEN r.verdict = 'known' THEN r.kept ELSE r.proof END,
    (CASE r.verdict WHEN 'pledge_stands' THEN r.pledge_state WHEN 'project_stands' THEN r.project_state
      WHEN 'proof_stands' THEN r.stands WHEN 'unfit' THEN r.kind WHEN 'known' THEN was.state
      WHEN 'good' THEN CASE WHEN r.at < r.closes THEN 'counts' ELSE 'late' END END)::text,
    r.opens, r.closes, greatest(1, floor(extract(epoch FROM c.ends_at - in_now)))::bigint,
    coalesce(r.has_picture, false),
    CASE WHEN r.print <> '' THEN (
      SELECT count(*) FROM pledges_proof o JOIN pledges_pledge p ON p.id = o.pledge_id JOIN pledges_project j ON j.id = p.project_id
      WHERE o.print = r.print AND o.id <> r.standing AND j.season_id = r.season_id) ELSE 0 END,
    was.text::text, was.number, was.sent_at, was.why::text, was.appeal::text
  FROM ranked r
  LEFT JOIN counted c ON c.bucket = in_bucket || r.person
  LEFT JOIN kept k ON k.actor = r.person AND k.key = r.key
  LEFT JOIN LATERAL (
    SELECT state, text, number, sent_at, why, appeal FROM pledges_proof WHERE id = r.kept AND r.verdict = 'known' OFFSET 0
  ) was ON true
  ORDER BY r.n;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("pledges", "0007_notices"),
        ("kit", "0003_rate_window"),
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(  # an index less to write: that of one proof a day begins with the pledge as well
            "proof",
            "pledge",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="proofs",
                to="pledges.pledge",
            ),
        ),
        migrations.RunSQL(
            PROVE,
            "DROP FUNCTION pledges_prove(uuid[], uuid[], uuid[], bigint[], text[], bigint[], bool[], bool[], bool[], text[],"
            " bytea[], bigint[], timestamptz, text, text, bigint, bigint, bigint)",
        ),
    ]
