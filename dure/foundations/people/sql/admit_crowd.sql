-- purpose: let many sample people in. Those who are in already stay as they are.
INSERT INTO people_person (id, email, email_key, name, password, is_superuser, region, language, is_active, is_staff,
  joined_at, verified_at)
SELECT id, email, email_key, name, %(password)s, false, '', 'ko', true, false, joined_at, joined_at
FROM json_to_recordset(%(newcomers)s::json)
  AS new (id uuid, email text, email_key text, name text, joined_at timestamptz)
ON CONFLICT DO NOTHING
