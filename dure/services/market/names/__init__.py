"""What people read for the codes of market: one word a code, for all faces alike."""
