"""A house that exists only to have a document."""
