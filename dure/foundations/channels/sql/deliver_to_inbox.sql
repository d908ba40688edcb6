-- purpose: write a message for each delivery that is not there yet, at the next position of its conversation, and ring its person
WITH asked AS (
    SELECT * FROM unnest(
        %(dispatches)s::bigint[], %(channels)s::uuid[], %(persons)s::uuid[], %(bodies)s::uuid[], %(words)s::text[], %(ids)s::uuid[]
    ) WITH ORDINALITY AS row (dispatch, channel, person, body, words, id, number)
), fresh AS (
    SELECT asked.*, coalesce(sending.confidential, false) AS confidential, conversation.id AS conversation, conversation.last_position,
        row_number() OVER (PARTITION BY conversation.id ORDER BY asked.number) AS step
    FROM asked
    JOIN channels_conversation conversation
        ON conversation.channel_id = asked.channel AND conversation.person_id = asked.person
    LEFT JOIN channels_dispatch dispatch_of ON dispatch_of.id = asked.dispatch
    LEFT JOIN channels_sending sending ON sending.id = dispatch_of.sending_id
    WHERE NOT EXISTS (SELECT FROM channels_message there WHERE there.dispatch_id = asked.dispatch)
), written AS (
    INSERT INTO channels_message (id, conversation_id, position, speaker, body_id, dispatch_id, client_id, words, confidential, at)
    SELECT id, conversation, last_position + step, 'channel', body, dispatch, '', words, confidential, %(now)s FROM fresh
    RETURNING conversation_id, position
), moved AS (
    UPDATE channels_conversation conversation SET last_position = highest.position, at = %(now)s
    FROM (SELECT conversation_id, max(position) AS position FROM written GROUP BY conversation_id) highest
    WHERE conversation.id = highest.conversation_id
    RETURNING conversation.person_id
), rung AS (
    SELECT pg_notify('dure_bell', string_agg('p' || replace(person_id::text, '-', ''), ' '))
    FROM (SELECT person_id, row_number() OVER () / 150 AS number FROM moved) AS listeners
    GROUP BY number
)
SELECT (SELECT count(*) FROM written) AS written, (SELECT count(*) FROM rung) AS rung
