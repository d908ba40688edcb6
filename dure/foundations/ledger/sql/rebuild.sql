-- purpose: write balances and open reservations anew from the log.
SELECT ledger_rebuild()
