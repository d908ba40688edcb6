"""The curriculum, and what shops have done of it."""

from collections.abc import Collection, Mapping
from functools import cache
from importlib import resources

from dure.base.actors import Actor, OrganisationId
from dure.services.market.models import lessons as tables
from dure.services.market.rules import lessons as rules
from dure.services.market.types.lessons import Around, Curriculum, Done, Task

__all__ = ["curriculum", "done_by", "done_of", "lesson", "shops_of", "task_order"]

SOURCE = ("templates", "market", "lessons")


@cache
def curriculum() -> Curriculum:
    """The lessons, read once from their source."""
    folder = resources.files("dure.services.market").joinpath(*SOURCE)
    course = folder.joinpath("course.toml").read_text(encoding="utf-8")
    weeks = [folder.joinpath(f"week-{week}.toml").read_text(encoding="utf-8") for week in range(1, rules.WEEKS + 1)]
    return rules.curriculum_of(course, weeks)


def lesson(key: str) -> Around:
    """The step with this key and its neighbours. Raises NotFound."""
    return rules.around(curriculum(), key)


@cache
def task_order() -> tuple[Task, ...]:
    """All tasks, in the order in which they are taught."""
    return rules.in_order(curriculum())


def done_of(shop: OrganisationId) -> tuple[Done, ...]:
    """What a shop has done, oldest first."""
    return done_by([shop]).get(shop, ())


def done_by(shops: Collection[OrganisationId]) -> Mapping[OrganisationId, tuple[Done, ...]]:
    """What each of `shops` has done, oldest first, in one statement."""
    found: dict[OrganisationId, list[Done]] = {}
    for row in tables.TaskDone.objects.filter(organisation_id__in=shops).order_by("at", "task"):
        found.setdefault(OrganisationId(row.organisation_id), []).append(Done(Task(row.task), row.at))
    return {shop: tuple(each) for shop, each in found.items()}


def shops_of(by: Actor) -> tuple[OrganisationId, ...]:
    """The organisations that somebody works for; each of them may learn."""
    return tuple(sorted({organisation for organisation, _ in by.memberships}, key=str))
