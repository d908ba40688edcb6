"""Programs that speak with check-in, party by party: `api.<party>`."""
