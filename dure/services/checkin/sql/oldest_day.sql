-- purpose: the oldest day in a table that has days
SELECT min(epoch) FROM table_with_days
