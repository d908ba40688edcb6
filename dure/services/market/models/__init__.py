"""Tables of market: columns, constraints, indexes. No behaviour."""
