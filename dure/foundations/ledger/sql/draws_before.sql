-- purpose: where a transfer begins on the line of what left an account.
SELECT ledger_draws_before(%(account)s, %(before)s)
