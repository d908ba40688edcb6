"""Pages of check-in, party by party: `pages.visits` is served where the visit party's tables are."""
