"""Open feeds of market: the field's own standard, so that existing clients work on the first day."""
