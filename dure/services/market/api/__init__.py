"""The JSON face of market."""

from dure.kit.routes import Routes

routes = Routes("/api/v1/market", tags=["market"])
