"""Decisions of check-in, every "no" with a name. Pure: keys, chance and time are arguments."""
