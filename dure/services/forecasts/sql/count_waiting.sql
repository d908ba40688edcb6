-- purpose: readers who are due something of weather warnings, in a moment or when their night is over
SELECT count(DISTINCT r.person_id)
FROM forecasts_warned w
JOIN forecasts_place p ON p.zone = w.zone
JOIN forecasts_reader r ON r.person_id = p.reader_id AND r.ask_at IS NOT NULL
LEFT JOIN forecasts_warned_told t ON t.reader_id = r.person_id AND t.zone = w.zone AND t.kind = w.kind
WHERE w.degree <> coalesce(t.degree, '')
  AND (t.degree IS NOT NULL OR w.degree NOT IN ('advisory', 'preliminary') OR p.level <= 2)
