-- purpose: drop the visits of a day, what stays of their seeds, and what of it was never written; again: nothing changes
SELECT checkin_destroy_day($1)
