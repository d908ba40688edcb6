-- purpose: what a code to read out finds, and how many wrong ones were typed at this venue in this hour before
SELECT wrong, handle FROM checkin_find_spoken($1::uuid, $2::int, $3::int, $4::uuid, $5::int, $6::uuid)
