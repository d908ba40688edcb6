"""Django-aware tools without a domain: transactions, outbox, group commit, embedded database, look."""
