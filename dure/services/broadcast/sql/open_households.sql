-- purpose: Which telephones hear what is on the air, or was lately, and do not stand there yet; a number that listens to two villages, once.
WITH live AS MATERIALIZED (
    SELECT airing.id, airing.at, airing.announcement_id
    FROM broadcast_airing AS airing
    WHERE airing.opened_at IS NOT NULL AND airing.expires_at > %(since)s
)
SELECT DISTINCT ON (live.id, house.hash) live.id, house.id
FROM live
JOIN broadcast_announcement AS said ON said.id = live.announcement_id AND said.state = 'sent'
JOIN broadcast_announcement_village AS village ON village.announcement_id = said.id
JOIN broadcast_household AS house
    ON house.village_id = village.village_id AND house.ended_at IS NULL
    AND house.state = 'listening' AND house.agreed_at <= live.at
WHERE NOT EXISTS (
    SELECT FROM broadcast_household_reach AS reach
    JOIN broadcast_household AS other ON other.id = reach.household_id
    WHERE reach.airing_id = live.id AND other.hash = house.hash
)
ORDER BY live.id, house.hash, house.id
LIMIT %(most)s
