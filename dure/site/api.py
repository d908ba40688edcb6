"""The API app: every house's routes and, below them, the pages over the bridge. One port, one process."""

from django_bolt import BoltAPI
from django_bolt.openapi import OpenAPIConfig

from dure.kit import bridge

api = BoltAPI(
    enable_logging=False,
    openapi_config=OpenAPIConfig(title="Dure", version="1", path="/api/docs"),
)


@api.get("/health", tags=["operations"])
async def health() -> dict[str, str]:
    """Whether the process lives."""
    return {"status": "ok"}


api.mount_asgi("/", bridge.pages())
