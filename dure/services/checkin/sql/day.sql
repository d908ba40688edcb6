-- purpose: lay the partitions of one day, before its first pass can come; again: nothing changes
SELECT checkin_lay_day($1)
