-- purpose: what stands where these readers have places, of which something may follow for one of them
SELECT DISTINCT s.zone, s.hazard, s.field, s.day, s.level, s.issued, s.number, s.since, s.expires, s.role
FROM forecasts_place p
JOIN forecasts_standing s ON s.zone = p.zone AND s.field = p.field AND s.expires > %(now)s
LEFT JOIN forecasts_told t
  ON t.reader_id = p.reader_id AND t.day = s.day AND t.zone = s.zone AND t.field = s.field AND t.hazard = s.hazard
WHERE p.reader_id = ANY (%(readers)s) AND s.level <> coalesce(t.level, 0) AND (t.level IS NOT NULL OR s.level >= p.level)
