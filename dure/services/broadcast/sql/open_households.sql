-- purpose: Which telephones hear what is on the air and do not stand there yet; a number that listens to two villages, once.
SELECT DISTINCT ON (airing.id, house.hash) airing.id, house.id
FROM broadcast_airing AS airing
JOIN broadcast_announcement AS said ON said.id = airing.announcement_id AND said.state = 'sent'
JOIN broadcast_announcement_village AS village ON village.announcement_id = said.id
JOIN broadcast_household AS house
    ON house.village_id = village.village_id AND house.state = 'listening' AND house.agreed_at <= airing.at
WHERE airing.opened_at IS NOT NULL AND airing.expires_at > %(now)s
    AND NOT EXISTS (
        SELECT FROM broadcast_household_reach AS reach
        JOIN broadcast_household AS other ON other.id = reach.household_id
        WHERE reach.airing_id = airing.id AND other.hash = house.hash
    )
ORDER BY airing.id, house.hash, house.id
LIMIT %(most)s
