"""Sealed private facts, keys with an end date, retention, public logs."""
