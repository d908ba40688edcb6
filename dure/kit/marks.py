"""What an installation remembers of itself, in its database: gone with it, true for every process."""

from dure.base import clock
from dure.kit import models


def read(name: str) -> str | None:
    """What was marked under `name`."""
    return models.Mark.objects.filter(name=name).values_list("value", flat=True).first()


def write(name: str, value: str) -> None:
    """Mark `value` under `name`, in place of what was there."""
    models.Mark.objects.update_or_create(name=name, defaults={"value": value, "at": clock.now()})
