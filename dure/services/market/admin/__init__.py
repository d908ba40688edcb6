"""The back office of market."""
