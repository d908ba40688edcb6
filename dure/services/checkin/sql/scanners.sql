-- purpose: what the register says of some scanners and their places, as it stands now
SELECT s.id, s.public, s.first, s.last, s.revoked_at, v.id, v.name, v.state, v.challenge, v.counts
FROM unnest($1::uuid[]) AS asked (id) JOIN checkin_scanner s USING (id) JOIN checkin_venue v ON v.id = s.venue_id
