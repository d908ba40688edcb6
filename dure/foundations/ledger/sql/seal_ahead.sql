-- purpose: the last number given out, read before the snapshot that says which transactions may still write below it.
SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM ledger_transfer_seq_seq
