"""Trials: a town of its own under load, its parts killed, and after every blow the book beside what people were told."""
