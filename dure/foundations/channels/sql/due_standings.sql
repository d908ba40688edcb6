-- purpose: everything the law asks about the dispatches of one batch, as it stands now
SELECT d.id, d.sending_id, d.person_id, d.state, d.rung, d.tries, d.best, d.counted, d.variables,
  d.opened_at IS NOT NULL OR (s.lane = 1 AND EXISTS (  -- an answer that was read in the conversation meanwhile
    SELECT FROM channels_message m WHERE m.dispatch_id = d.id AND m.position <= v.read_by_person)),
  s.purpose, s.lane, s.state = 'stopped' OR d.recalled_at IS NOT NULL, s.expires_at, s.free_only, s.only, s.template, s.body_id, s.channel_id,
  c.name, c.contact, c.handle, c.state, c.organisation, s.asked_by, s.segment IS NULL,
  CASE WHEN f.left_at IS NULL THEN f.joined_at END, f.ads_since, f.night_ads_since, f.reminded_at,
  p.is_active AND p.closed_at IS NULL, greatest(p.last_login, p.joined_at, f.opened_at, f.joined_at),
  coalesce(v.muted, false), coalesce(n.count, 0),
  coalesce((SELECT array_agg(b.route || ' ' || encode(b.hash, 'hex') || ' ' || encode(b.whose, 'hex')) FROM channels_reach r JOIN channels_barrier b ON b.hash = r.hash
      AND (b.route = r.route OR (r.route = 'sms' AND b.route IN ('alimtalk', 'voice')))  -- one number serves all three
    WHERE r.person_id = d.person_id AND r.gone_at IS NULL), '{}'),
  coalesce(a.dealer, ''), f.left_at IS NOT NULL, a.at, s.paid_by <> '',
  s.paid_by <> '' AND coalesce(s.segment IS NOT NULL AND (f.joined_at > s.at OR s.purpose = 'ad' AND f.ads_since > s.at)
    OR EXISTS (SELECT FROM channels_reach r WHERE r.person_id = d.person_id AND r.gone_at IS NULL AND r.route = 'sms'
      AND r.proved_at > s.at), false),  -- was not in the bill
  s.keyed
FROM channels_dispatch d
JOIN channels_sending s ON s.id = d.sending_id
JOIN channels_channel c ON c.id = s.channel_id
JOIN people_person p ON p.id = d.person_id
LEFT JOIN channels_friend f ON f.channel_id = s.channel_id AND f.person_id = d.person_id
LEFT JOIN channels_conversation v ON v.channel_id = s.channel_id AND v.person_id = d.person_id
LEFT JOIN LATERAL (  -- by its key: a planner that has seen few of today's would read all of them
  SELECT one.count FROM channels_day_count one
  WHERE one.channel_id = s.channel_id AND one.person_id = d.person_id AND one.purpose = s.purpose AND one.day = %(day)s
  OFFSET 0
) n ON true
LEFT JOIN channels_attempt a ON a.dispatch_id = d.id AND a.rung = d.rung
WHERE d.id = ANY (%(ids)s)
ORDER BY d.id
