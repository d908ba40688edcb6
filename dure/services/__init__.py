"""The services. They do not know each other."""
