"""Samples of check-in, party by party: `demo.authority` is loaded where the authority's tables are."""
