-- purpose: whether anything is in a table
SELECT EXISTS (SELECT FROM a_table)
