"""Nouns, refusals and news of market. Frozen, plain Python."""
