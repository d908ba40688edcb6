"""The roof: settings, urls, the API app, wiring, server, command line."""
