"""Where the routes of channels begin."""

from dure.kit.routes import Routes

routes = Routes("/api/v1/channels", tags=["channels"])
