"""What check-in does by itself, party by party: `tasks.<party>` runs where that party's tables are (apps.py)."""
