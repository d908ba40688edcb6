-- purpose: take what a scanner says of who came and left through it today; its number from now on, and how many are inside
SELECT number, inside FROM checkin_count_inside($1::uuid, $2::uuid, $3::int, $4::int)
