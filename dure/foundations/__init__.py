"""The houses every service stands on."""
