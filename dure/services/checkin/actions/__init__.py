"""Writing check-in, party by party: `actions.visits` runs where the visit party's tables are."""
