"""Speech: a text becomes a sound file that old ears follow. Needs the extra `speech`; see README.md."""
