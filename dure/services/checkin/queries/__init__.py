"""Reading check-in, party by party: `queries.visits` runs where the visit party's tables are."""
