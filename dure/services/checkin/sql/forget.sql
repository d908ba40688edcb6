-- purpose: forget what was spent on a day; again: nothing changes
SELECT checkin_forget_day($1)
