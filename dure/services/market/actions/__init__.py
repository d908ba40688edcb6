"""What one can do in market: one verb, one transaction, `by: Actor` first."""
