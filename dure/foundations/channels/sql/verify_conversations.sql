-- purpose: conversations whose messages are not numbered without a gap up to the last, or were read beyond it, at most `most`
SELECT c.id, v.what
FROM channels_conversation c
LEFT JOIN (
  SELECT conversation_id, count(*) AS messages, count(DISTINCT position) AS positions, min(position) AS first, max(position) AS last
  FROM channels_message GROUP BY conversation_id
) m ON m.conversation_id = c.id
CROSS JOIN LATERAL (VALUES
  (coalesce(m.last, 0) <> c.last_position, 'says its last message is ' || c.last_position || ', it is ' || coalesce(m.last, 0)),
  (m.positions <> m.messages, 'has two messages at one position'),
  (m.first <> 1 OR m.last <> m.positions, 'has a gap in its positions'),
  (greatest(c.read_by_person, c.read_by_staff) > c.last_position, 'was read beyond its last message')
) AS v (broken, what) WHERE v.broken
LIMIT %(most)s
