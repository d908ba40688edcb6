"""What somebody sent to prove a day is kept no longer than somebody may ask about it; a count stays, a picture does not."""

from collections.abc import Collection
from datetime import timedelta
from itertools import batched
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from dure.base import clock
from dure.base.actors import Actor, PersonId
from dure.foundations.people import queries as people
from dure.kit import tx
from dure.services.pledges import models, queries
from dure.services.pledges.rules import keeping, permits
from dure.services.pledges.rules.disputes import UNDECIDED
from dure.services.pledges.types import PledgeState, PledgeWant, SeasonPhase

from .common import give_back, lock_pledge, lock_project, move_pledge, phase_of
from .joining import offer_free
from .meetings import forget_answers, forget_meetings, withdraw_answers

FORGET_MAX = 2_000
YOUNG = timedelta(days=1)
FILES_AT_ONCE = 500


def forget_proofs(by: Actor, most: int = FORGET_MAX) -> int:
    """Delete words, numbers and pictures of proofs half a year after their season was settled; that a day was kept stays, for the
    count can be asked for, and so does what stewards need who have not decided a dispute of it. Answers how many were emptied.
    Safe to repeat. Raises NotAllowed.
    """
    permits.may_run(by)
    with tx.durable():
        old = models.Proof.objects.filter(pledge__project__season__settled_at__lt=keeping.proofs_before(clock.now()))
        waits = models.Dispute.objects.filter(pledge=OuterRef("pledge"), state__in=UNDECIDED)
        full = old.exclude(Exists(waits)).exclude(text="", number=None, picture="", print="", why="", appeal="")
        rows = list(full.order_by("id")[:most])
        for row in rows:
            store, name = row.picture.storage, row.picture.name
            if name:
                transaction.on_commit(lambda store=store, name=name: store.delete(name))  # type: ignore[misc]  # bound now
        emptied = models.Proof.objects.filter(id__in=[row.id for row in rows])
        return emptied.update(text="", number=None, picture="", print="", why="", appeal="")


def forget_words(by: Actor, most: int = FORGET_MAX) -> int:
    """Delete what was said under proofs and to meetings, complaints about it, and who voted for whom, half a year after their
    season was settled, and what a closed account left behind; some at a time. Answers how much. Safe to repeat.

    Raises NotAllowed.
    """
    permits.may_run(by)
    until = keeping.proofs_before(clock.now())
    gone = people.gone_since(clock.now())
    forgotten = 0
    with tx.durable():
        for table in (models.Comment, models.Cheer):
            over = Q(proof__pledge__project__season__settled_at__lt=until) | Q(person__in=gone)
            rows = table.objects.filter(over).order_by("id").values_list("id", flat=True)[:most]
            forgotten += table.objects.filter(id__in=list(rows)).delete()[0]
        forgotten += forget_meetings(until, gone, most)
        for about in (models.Complaint, models.Hush, models.Notice):
            old = about.objects.filter(project__season__settled_at__lt=until).order_by("id")
            forgotten += about.objects.filter(id__in=list(old.values_list("id", flat=True)[:most])).delete()[0]
        forgotten += models.Vote.objects.filter(pledge__project__season__settled_at__lt=until).delete()[0]
        decided = models.Dispute.objects.filter(decided_at__lt=until)  # what was decided stays, as what was booked does
        forgotten += decided.exclude(why="").update(why="")
        forgotten += models.DisputeStep.objects.filter(dispute__in=decided).exclude(why="").update(why="")
    return forgotten


def let_person_go(by: Actor, person: UUID) -> int:
    """Somebody closed their account: before the first day they leave with the whole deposit, later they stop; what is theirs
    still goes back to where they paid from, and what they said to others goes. Answers how many pledges. Safe to repeat.

    Raises NotAllowed.
    """
    permits.may_run(by)
    ended = 0
    for project, pledge in queries.pledges_in(PersonId(person), keeping.ENDS_WITH_ACCOUNT):
        with tx.durable():
            lock_project(project)
            row = lock_pledge(pledge)
            state = PledgeState(row.state)
            if state not in keeping.ENDS_WITH_ACCOUNT:
                continue
            phase = phase_of(row.project.season)
            if phase in (SeasonPhase.PROPOSING, SeasonPhase.JOINING, SeasonPhase.READY):
                give_back(row, PledgeWant.LEAVE, "account closed")
                offer_free(row.project)
            elif state is PledgeState.JOINED and phase is SeasonPhase.RUNNING:
                move_pledge(row, PledgeWant.STOP)
            else:
                continue
            withdraw_answers(row.project_id, row.person_id)
            ended += 1
    with tx.durable():
        models.Comment.objects.filter(person=person).delete()
        models.Cheer.objects.filter(person=person).delete()
        models.Notice.objects.filter(by=person).delete()
        models.Block.objects.filter(Q(person=person) | Q(whom=person)).delete()
        models.Complaint.objects.filter(whose=person).update(words="")
        models.Complaint.objects.filter(by=person).update(why="")
        forget_answers(person)
    return ended


def sweep_files(by: Actor) -> int:
    """Delete pictures that no row knows (anymore); answers how many. Run by a task, safe to run again.

    A file is written before its row is committed, so what is younger than a day is let be.
    """
    permits.may_run(by)
    store, until, swept = models.private(), clock.now() - YOUNG, 0
    folder = models.PICTURES
    names = [f"{folder}/{name}" for name in store.listdir(folder)[1]] if store.exists(folder) else []
    for some in batched(names, FILES_AT_ONCE):
        for name in set(some) - _known(some):
            if store.get_modified_time(name) < until:
                store.delete(name)
                swept += 1
    return swept


def _known(names: Collection[str]) -> set[str]:
    return set(models.Proof.objects.filter(picture__in=names).values_list("picture", flat=True))
