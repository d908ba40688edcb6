"""What market does on its own, when a time has come."""
