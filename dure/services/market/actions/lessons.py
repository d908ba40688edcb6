"""Learning by doing: the product says what a shop did, and so its task is done. Run by reactions to news; safe to run again."""

from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.db import connection

from dure.base import clock, ids
from dure.base.actors import Actor, OrganisationId
from dure.base.refusals import NotAllowed
from dure.foundations.channels import queries as channels
from dure.kit import outbox, sqlfiles, tx
from dure.services.market.models import lessons as tables
from dure.services.market.models import tutoring as courses
from dure.services.market.queries import lessons as queries
from dure.services.market.rules import lessons as rules
from dure.services.market.rules import tutoring
from dure.services.market.types.lessons import EffortDay, FriendMoment, Seen, Task, TaskDone
from dure.services.market.types.tutoring import CourseCompleted, CourseId, EnrolmentId, EnrolmentState, Stage

PACKAGE = "dure.services.market"
KEEP_DAYS = 30  # after the open month; awards are given by then
FORGET_AT_ONCE_MAX = 20_000


def see_tasks(by: Actor, seen: Sequence[Seen]) -> int:
    """Note what shops did for the first time; answers how many were new. Completes a course where nothing is left.

    Run by reactions: the platform alone says what was done. Raises NotAllowed.
    """
    tutoring.may_run(by)
    with tx.durable():
        return _note(seen)


def take_friends(by: Actor, moments: Sequence[FriendMoment], seen: Sequence[Seen]) -> int:
    """Note who became a friend of a shop, left, or was seen, and the tasks that this did; answers how many were new.

    The moments are kept for shops in a course only: awards look at them, nothing else does. Raises NotAllowed.
    """
    tutoring.may_run(by)
    with tx.durable():
        learning = _learning({one.organisation for one in moments})
        if kept := [one for one in moments if one.organisation in learning]:
            _keep(kept)
        came = {one.organisation: at for one in moments if (at := one.joined_at or one.back_at)}
        full = _with_ten(came)
        ten = [Seen(shop, Task.TEN_FRIENDS, at, ids.derived(shop, "ten")) for shop, at in came.items() if shop in full]
        return _note([*seen, *ten])


def note_efforts(by: Actor, efforts: Iterable[EffortDay]) -> None:
    """Note days on which a shop in a course spoke to its friends; each counts once. Of others nobody keeps whom they answered.

    Raises NotAllowed.
    """
    tutoring.may_run(by)
    with tx.durable():
        told = set(efforts)
        learning = _learning({one.organisation for one in told})
        rows = [
            tables.Effort(organisation_id=one.organisation, kind=one.kind, about=one.about, on=one.on)
            for one in sorted(told, key=lambda one: (str(one.organisation), one.kind, str(one.about), one.on))
            if one.organisation in learning
        ]
        tables.Effort.objects.bulk_create(rows, ignore_conflicts=True)


def look_at_figures(by: Actor, shop: OrganisationId, *, key: str) -> bool:
    """Somebody of the shop has read its figures; answers whether it was the first time. Raises NotAllowed."""
    with tx.action(by, "market.look_at_figures", key, shop, bool) as done:
        if done:
            return done.answer()
        if not by.works_for(shop):
            raise NotAllowed(needs="shop_member")
        return done.keep(_note([Seen(shop, Task.FIGURES, clock.now(), ids.new())]) > 0)


def look_again(by: Actor, shop: OrganisationId, *, key: str) -> int:
    """Somebody of the shop asks to look again at what is there: its channel, its tags; answers how many tasks were new.

    For what the product tells nobody, and for what was done before the house listened. Raises NotAllowed.
    """
    with tx.action(by, "market.look_again", key, shop, int) as done:
        if done:
            return done.answer()
        if not by.works_for(shop):
            raise NotAllowed(needs="shop_member")
        now, seen = clock.now(), []
        for channel in channels.channels_of(shop):
            seen.append(Seen(shop, Task.CHANNEL, channel.opened_at, channel.id))
            if channels.tags_of(by, channel.id):
                seen.append(Seen(shop, Task.TAG, now, channel.id))
        return done.keep(_note(seen))


def forget_friends(by: Actor) -> int:
    """Forget who was a friend of a shop whose course and its awards are over, and whom it answered; answers how many rows went.
    Run by a task.

    What a shop has done stays: it names no customer. Raises NotAllowed.
    """
    tutoring.may_run(by)
    with tx.durable():
        begun = clock.today() - timedelta(days=KEEP_DAYS + tutoring.OPEN_MONTH_DAYS + tutoring.WEEKS * 7)
        live = courses.Enrolment.objects.filter(course__begins_on__gte=begun).exclude(state=EnrolmentState.WITHDRAWN)
        over = tables.Arrival.objects.exclude(organisation_id__in=live.values("organisation_id"))
        gone = list(over.values_list("organisation_id", "person")[:FORGET_AT_ONCE_MAX])
        for shop in {shop for shop, _ in gone}:
            tables.Arrival.objects.filter(
                organisation_id=shop, person__in=[person for its, person in gone if its == shop]
            ).delete()
        answered, _ = tables.Effort.objects.filter(on__lt=begun).delete()  # a night's worth
        return len(gone) + answered


def complete_due(by: Actor) -> int:
    """Complete the shops of courses under way that had done everything before the first day; answers how many. Run by a task.

    Raises NotAllowed.
    """
    tutoring.may_run(by)
    with tx.durable():
        today = clock.today()
        rows = courses.Enrolment.objects.filter(state=EnrolmentState.LEARNING, course__begins_on__lte=today)
        rows = rows.filter(course__begins_on__gte=today - timedelta(days=tutoring.OPEN_MONTH_DAYS + tutoring.WEEKS * 7))
        waiting = [OrganisationId(shop) for shop in rows.values_list("organisation_id", flat=True)]
        complete_where_done(waiting)
        return len(waiting) - rows.count()


def complete_where_done(shops: Collection[OrganisationId]) -> None:
    """Within an action's transaction: complete the courses of `shops` in which nothing is left to do."""
    tx.demand()
    rows = courses.Enrolment.objects.select_for_update(of=("self",)).select_related("course")
    for row in rows.filter(organisation_id__in=shops, state=EnrolmentState.LEARNING).order_by("id"):
        shop = OrganisationId(row.organisation_id)
        # Read after the lock: of two tasks done at the same moment the later one sees both.
        todo = rules.still_to_do(queries.task_order(), queries.done_of(shop))
        if tutoring.completes(todo, EnrolmentState(row.state), row.course.begins_on, clock.today()):
            row.state, row.completed_at = EnrolmentState.COMPLETED, clock.now()
            row.save(update_fields=["state", "completed_at"])
            outbox.emit(CourseCompleted(EnrolmentId(row.id), shop, CourseId(row.course_id), row.completed_at))


def _note(seen: Sequence[Seen]) -> int:
    """Write down what is new of `seen`, tell it, complete what is complete."""
    earliest: dict[tuple[OrganisationId, Task], Seen] = {}
    for one in sorted(seen, key=lambda one: one.at):
        earliest.setdefault((one.organisation, one.task), one)
    if not earliest:
        return 0
    known = queries.done_by({shop for shop, _ in earliest})
    fresh = []
    for (shop, task), one in sorted(earliest.items(), key=lambda pair: (str(pair[0][0]), pair[0][1])):
        if task in {done.task for done in known.get(shop, ())}:
            continue
        _, made = tables.TaskDone.objects.get_or_create(
            organisation_id=shop, task=task, defaults={"at": one.at, "news": one.news}
        )
        if made:
            outbox.emit(TaskDone(shop, task, one.at))
            fresh.append(shop)
    if fresh:
        complete_where_done(fresh)
    return len(fresh)


def _keep(moments: Sequence[FriendMoment]) -> None:
    columns: dict[str, Any] = {
        "organisations": [one.organisation for one in moments],
        "persons": [one.person for one in moments],
        "joined": [one.joined_at for one in moments],
        "gone": [one.left_at for one in moments],
        "back": [one.back_at for one in moments],
        "seen": [one.seen_at for one in moments],
    }
    with connection.cursor() as cursor:
        cursor.execute(sqlfiles.load(PACKAGE, "note_friends").text, columns)


def _with_ten(shops: Collection[OrganisationId]) -> frozenset[OrganisationId]:
    """Those of `shops` that have ten friends by now, for the first time."""
    known = queries.done_by(shops)
    asked = [shop for shop in shops if Task.TEN_FRIENDS not in {done.task for done in known.get(shop, ())}]
    own = {shop: [one.id for one in channels.channels_of(shop)] for shop in asked}
    friends = channels.friend_counts(channel for each in own.values() for channel in each)
    counts = {shop: sum(friends[channel] for channel in each) for shop, each in own.items()}
    return frozenset(shop for shop, count in counts.items() if count >= rules.FRIENDS_OF_TASK)


def _learning(shops: Collection[OrganisationId]) -> frozenset[OrganisationId]:
    """Those of `shops` that are in a course which is not over."""
    rows = courses.Enrolment.objects.filter(organisation_id__in=shops).exclude(state=EnrolmentState.WITHDRAWN)
    today = clock.today()
    found = rows.values_list("organisation_id", "course__begins_on")
    return frozenset(
        OrganisationId(shop) for shop, begins_on in found if tutoring.stage(begins_on, today) is not Stage.OVER
    )
