-- purpose: the person behind a session, with platform roles and memberships, in one statement
SELECT person.id,
       person.name,
       person.verified_at IS NOT NULL AS verified,
       ARRAY(SELECT role FROM people_role_grant AS held
             WHERE held.person_id = person.id AND held.revoked_at IS NULL
               AND held.granted_at IS NOT NULL AND (held.starts_at IS NULL OR held.starts_at <= %(now)s)
               AND (held.suspended_at IS NULL OR held.lifted_at IS NOT NULL OR held.suspended_at <= %(lapsed)s)) AS roles,
       ARRAY(SELECT ARRAY[member.organisation_id::text, member.role] FROM people_membership AS member
             WHERE member.person_id = person.id AND member.ended_at IS NULL) AS memberships
FROM people_person AS person
WHERE person.id = %(person)s AND person.closed_at IS NULL AND person.is_active
