-- purpose: write a half hour once: rows and shares in, its journal away, what was spent in the order of its marks; in one commit
SELECT checkin_write_half_hour($1::int, $2::int, $3::bigint,
  $4::bigint[], $5::uuid[], $6::uuid[], $7::bigint[], $8::bigint[], $9::bytea[],
  $10::bigint[], $11::uuid[], $12::bigint[], $13::bigint[], $14::bytea[], $15::bytea[], $16::bytea[], $17::bytea[])
