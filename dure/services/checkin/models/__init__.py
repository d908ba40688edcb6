"""Tables: `models.identity`, `models.visits`, `models.authority`. A process can import those of its own party only."""
