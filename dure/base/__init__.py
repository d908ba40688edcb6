"""Plain Python that every floor may stand on: no Django, no database, no network."""
