"""The API app of a party that is not the platform: its own routes, the pages below them. One port, one process, no access log."""

from dure.kit import bridge, problems, unknown
from dure.kit.house import rooms
from dure.kit.routes import Api

api = Api(enable_logging=False, error_formatter=problems.answer)


@api.get("/health", include_in_schema=False)
async def health() -> dict[str, str]:
    """Whether the process lives."""
    return {"status": "ok"}


for _house, room in rooms("api"):
    if hasattr(room, "party_routes"):
        api.include_router(room.party_routes)

api.mount_asgi("/api", unknown.answer(api._routes))  # noqa: SLF001 - the only list of what there is
api.mount_asgi("/", bridge.pages())
