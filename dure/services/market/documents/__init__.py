"""Papers of market."""
