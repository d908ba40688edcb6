-- purpose: where a transfer begins on the line of what came into an account.
SELECT ledger_lots_before(%(account)s, %(before)s)
