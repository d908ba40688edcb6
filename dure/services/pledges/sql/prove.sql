-- purpose: write a whole group of proofs in one statement and one commit; answers a verdict each, in order (migrations/0008_prove.py)
SELECT n, verdict, proof, word, opens, closes, seconds_left, has_picture, alike, text, number, sent_at, why, appeal
FROM pledges_prove($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::text[], $6::bigint[], $7::bool[], $8::bool[], $9::bool[],
  $10::text[], $11::bytea[], $12::bigint[], $13::timestamptz, $14::text, $15::text, $16::bigint, $17::bigint, $18::bigint)
ORDER BY n
