"""People of a project meet: the leader calls a meeting, everybody says whether they come, places that come free go down the list.

Locks: project, own pledge, then meetings by their ids. Whoever answers holds their own pledge, so that nobody who is just
leaving leaves an answer behind; and the meeting, so that no two get the last place.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from dure.base import clock, ids
from dure.base.actors import Actor, PersonId
from dure.base.refusals import NotFound
from dure.kit import limits, outbox, tx
from dure.services.pledges import models, queries
from dure.services.pledges.rules import group, guarding, noticing, permits
from dure.services.pledges.rules import meetings as rules
from dure.services.pledges.types import (
    Answer,
    AnswerWord,
    EditedMeanwhile,
    Meeting,
    MeetingCalled,
    MeetingCancelled,
    MeetingId,
    MeetingMoved,
    MeetingOver,
    MeetingSeatGiven,
    MeetingsFull,
    MeetingState,
    NewAnswer,
    NewMeeting,
    PledgeState,
    ProjectId,
    ProjectState,
    Standing,
    TooManyComing,
    WrongStep,
)

from .common import lock_project, phase_of, season_row

DAY_SECONDS: Final = 86_400
HOUR_SECONDS: Final = 3_600
GOING_ON: Final = (PledgeState.JOINED, PledgeState.SETTLED)  # of the latter the season says that it is too late


def call_meeting(by: Actor, project: ProjectId, new: NewMeeting, *, key: str) -> Meeting:
    """The leader, or a steward, calls a meeting; those who go on hear of it.

    Raises NotAllowed, Silenced, SeasonClosed, WrongStep, BadValue, MeetingsFull, TooOften, NotFound.
    """
    with tx.action(by, "pledges.call_meeting", key, (project, new), UUID) as done:
        if done:
            return queries.meeting(MeetingId(done.answer()))
        row, now = lock_project(project), clock.now()
        person = _may_write(by, row)
        season = season_row(row.season_id)
        permits.demand_phase(phase_of(season), *noticing.NOTICING)
        if row.state != ProjectState.OPEN:
            raise WrongStep(state=row.state)
        said = rules.check_meeting(new, season.starts_on, now)
        limits.count(f"pledges.call_meeting:{project}", rules.CALLED_PER_DAY_MAX, DAY_SECONDS)
        ahead = models.Meeting.objects.filter(project=row, state=MeetingState.CALLED, ends_at__gt=now)
        if ahead.count() >= rules.AHEAD_MAX:
            raise MeetingsFull(limit=rules.AHEAD_MAX)
        made = models.Meeting(id=ids.new(), project=row, by=person, called_at=now, changed_at=now)
        _write(made, said)
        made.save(force_insert=True)
        outbox.emit(MeetingCalled(meeting=made.id, project=row.id, by=person, at=now))
        return queries.meeting(MeetingId(done.keep(made.id)))


def edit_meeting(by: Actor, meeting: MeetingId, new: NewMeeting, read: int, *, key: str) -> Meeting:
    """Change a meeting that was read at version `read`. At another time or place, whoever wanted to come is told and asked again;
    their places stay theirs.

    Raises NotAllowed, Silenced, MeetingOver, EditedMeanwhile, BadValue, TooManyComing, TooOften, NotFound.
    """
    with tx.action(by, "pledges.edit_meeting", key, (meeting, new, read), UUID) as done:
        if done:
            return queries.meeting(meeting)
        row, now = _lock_with_project(meeting), clock.now()
        _may_write(by, row.project)
        rules.demand_ahead(MeetingState(row.state), row.starts_at, now)
        if row.version != read:
            raise EditedMeanwhile(version=row.version)
        before = _written(row)
        said = rules.check_meeting(new, season_row(row.project.season_id).starts_on, now, before)
        coming = _coming(row)
        if said.capacity is not None and coming > said.capacity:
            raise TooManyComing(coming=coming)
        if said != before:
            limits.count(f"pledges.edit_meeting:{meeting}", rules.EDITS_PER_HOUR_MAX, HOUR_SECONDS)
            _write(row, said)
            row.version, row.changed_at = row.version + 1, now
            if rules.is_moved(before, said):
                row.moved_in = row.version
                news = MeetingMoved(meeting=row.id, project=row.project_id, version=row.version, at=now)
                outbox.emit(news)
            row.save()
            _move_up(row)
        done.keep(row.id)
        return queries.meeting(meeting)


def cancel_meeting(by: Actor, meeting: MeetingId, why: str, *, key: str) -> Meeting:
    """A meeting does not take place: whoever wanted to come hears of it, and reads why.

    Raises NotAllowed, MeetingOver, BadValue, NotFound.
    """
    with tx.action(by, "pledges.cancel_meeting", key, (meeting, why), UUID) as done:
        if not done:
            row = _lock_with_project(meeting)
            rules.may_call(by, PersonId(row.project.leader_id))
            rules.demand_ahead(MeetingState(row.state), row.starts_at, clock.now())
            _cancel(row, permits.somebody(by), permits.check_why(why))
            done.keep(row.id)
        return queries.meeting(meeting)


def answer_meeting(by: Actor, meeting: MeetingId, said: NewAnswer, *, key: str) -> Answer:
    """Say whether one comes, and with how many; the last word stands. Where it is full a yes waits, in the order in which it was
    said; whoever takes a yes back gives the place to the next that fits.

    Raises NotAllowed, MeetingOver, AnswersClosed, BadValue, PartyTooLarge, NoRoom, TooOften, NotFound.
    """
    with tx.action(by, "pledges.answer_meeting", key, (meeting, said), UUID) as done:
        person = permits.somebody(by)
        if not done:
            project = _row(meeting).project
            group.may_speak(by, PersonId(project.leader_id), _goes_on(project.id, person))
            row, now = lock_meeting(meeting), clock.now()
            rules.demand_ahead(MeetingState(row.state), row.starts_at, now)
            fits = rules.check_answer(said)
            before = queries.answer_of(meeting, person)
            rules.demand_open(fits, before, row.answer_until, now)
            limits.count(f"pledges.answer_meeting:{person}", rules.ANSWERS_PER_HOUR_MAX, HOUR_SECONDS)
            _take(row, person, fits, before)
            _move_up(row)
            done.keep(row.id)
        found = queries.answer_of(meeting, person)
        if found is None:  # said again after the account's answers went
            raise NotFound(what="answer")
        return found


def note_attendance(by: Actor, meeting: MeetingId, came: Collection[PersonId], *, key: str) -> Meeting:
    """The leader notes who of those who answered came, once it began; each reads their own. Noted anew, it replaces that.

    Raises NotAllowed, MeetingOver, SeasonClosed, NotFound.
    """
    with tx.action(by, "pledges.note_attendance", key, (meeting, sorted(came)), UUID) as done:
        if not done:
            row = _lock_with_project(meeting)
            rules.may_call(by, PersonId(row.project.leader_id))
            permits.demand_phase(phase_of(season_row(row.project.season_id)), *noticing.NOTICING)
            if row.state != MeetingState.CALLED or clock.now() < row.starts_at:
                raise MeetingOver(state="ahead" if row.state == MeetingState.CALLED else row.state)
            answers = models.MeetingAnswer.objects.filter(meeting=row)
            if answers.filter(person__in=came).count() != len(set(came)):
                raise NotFound(what="person")
            answers.filter(standing=Standing.COMING).update(came=False)
            answers.exclude(standing=Standing.COMING).update(came=None)
            answers.filter(person__in=came).update(came=True)
            done.keep(row.id)
        return queries.meeting(meeting)


def lock_meeting(meeting: UUID) -> models.Meeting:
    """The meeting, locked until the transaction ends. Raises NotFound."""
    row = models.Meeting.objects.select_for_update().filter(id=meeting).first()
    if row is None:
        raise NotFound(what="meeting")
    return row


def withdraw_answers(project: UUID, person: UUID) -> None:
    """Somebody is in a project no more: what they said to meetings that lie ahead is gone, and their places are the next ones'.
    The caller holds their pledge.
    """
    mine = models.MeetingAnswer.objects.filter(person_id=person, meeting__project_id=project)
    _drop(mine.filter(meeting__starts_at__gt=clock.now()).values_list("meeting_id", flat=True), person)


def forget_answers(person: UUID) -> None:
    """Somebody closed the account: all that they said to meetings goes."""
    _drop(models.MeetingAnswer.objects.filter(person_id=person).values_list("meeting_id", flat=True), person)


def forget_meetings(until: datetime, gone: Collection[UUID], most: int) -> int:
    """Delete meetings of seasons settled before `until` with what was said to them, and answers that people who are gone left
    behind; some at a time. Answers how much.
    """
    over = Q(meeting__project__season__settled_at__lt=until) | Q(person__in=gone)
    answers = models.MeetingAnswer.objects.filter(over).order_by("id").values_list("id", flat=True)[:most]
    forgotten = models.MeetingAnswer.objects.filter(id__in=list(answers)).delete()[0]
    old = models.Meeting.objects.filter(project__season__settled_at__lt=until, answers__isnull=True).order_by("id")
    return forgotten + models.Meeting.objects.filter(id__in=list(old.values_list("id", flat=True)[:most])).delete()[0]


def call_meetings_off(project: UUID, why: str) -> None:
    """A project does not go on: nor do its meetings. Everybody hears of the project."""
    now = clock.now()
    ahead = models.Meeting.objects.select_for_update().filter(project_id=project, state=MeetingState.CALLED)
    for row in ahead.filter(starts_at__gt=now).order_by("id"):
        row.state, row.why, row.version, row.changed_at = MeetingState.CANCELLED, why, row.version + 1, now
        row.save(update_fields=["state", "why", "version", "changed_at"])


def take_meeting_down(meeting: UUID, by: UUID, why: str) -> None:
    """A steward upheld a complaint: its words are shown no more, and if it lies ahead it does not take place."""
    row = models.Meeting.objects.select_for_update().filter(id=meeting).first()
    if row is None:
        return
    row.hidden = True
    row.save(update_fields=["hidden"])
    if row.state == MeetingState.CALLED and row.starts_at > clock.now():
        _cancel(row, by, why)


def show_meeting(meeting: UUID) -> None:
    """A steward takes that back: its words are shown again; whether it takes place does not change."""
    models.Meeting.objects.filter(id=meeting).update(hidden=False)


def _may_write(by: Actor, project: models.Project) -> PersonId:
    person = rules.may_call(by, PersonId(project.leader_id))
    guarding.demand_voice(queries.silenced_why(ProjectId(project.id), person))
    return person


def _row(meeting: UUID) -> models.Meeting:
    row = models.Meeting.objects.select_related("project").filter(id=meeting).first()
    if row is None:
        raise NotFound(what="meeting")
    return row


def _lock_with_project(meeting: UUID) -> models.Meeting:
    """The meeting and its project, locked in the order in which everybody locks them. Raises NotFound."""
    project = lock_project(_row(meeting).project_id)
    row = lock_meeting(meeting)
    row.project = project
    return row


def _goes_on(project: UUID, person: PersonId) -> bool:
    """Whether a person is in a project and goes on; their pledge stays as it is until this is committed."""
    mine = models.Pledge.objects.filter(project_id=project, person_id=person, state__in=GOING_ON)
    return mine.select_for_update(no_key=True).first() is not None


def _write(row: models.Meeting, said: NewMeeting) -> None:
    row.title, row.place, row.notes, row.capacity = said.title, said.place, said.notes, said.capacity
    row.starts_at, row.ends_at, row.answer_until = said.starts_at, said.ends_at, said.answer_until


def _written(row: models.Meeting) -> NewMeeting:
    """A meeting as it was written last: what a change is compared with."""
    return NewMeeting(
        title=row.title,
        place=row.place,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        answer_until=row.answer_until,
        capacity=row.capacity,
        notes=row.notes,
    )


def _cancel(row: models.Meeting, by: UUID, why: str) -> None:
    now = clock.now()
    row.state, row.why, row.version, row.changed_at = MeetingState.CANCELLED, why, row.version + 1, now
    row.save(update_fields=["state", "why", "version", "changed_at"])
    outbox.emit(MeetingCancelled(meeting=row.id, project=row.project_id, by=by, at=now))


def _take(row: models.Meeting, person: PersonId, said: NewAnswer, before: Answer | None) -> None:
    """Write an answer down. Whoever says yes again keeps the place, also the one on the list. Raises PartyTooLarge, NoRoom."""
    stood = before.standing if before else Standing.NONE
    standing = Standing.NONE
    if said.word is AnswerWord.YES:
        others = _coming(row) - (1 + before.companions if before and stood is Standing.COMING else 0)
        standing = rules.seat(row.capacity, others, 1 + said.companions, stood)
    written: dict[str, object] = {
        "word": said.word,
        "companions": said.companions,
        "standing": standing,
        "version": row.version,
    }
    if before is None or before.word is not said.word:
        written["since"] = clock.now()
    fresh = {**written, "id": ids.new()}
    models.MeetingAnswer.objects.update_or_create(
        meeting=row, person_id=person, defaults=written, create_defaults=fresh
    )


def _move_up(row: models.Meeting) -> None:
    """Free places go down the list, each to the first that fits, who hears of it. The caller holds the meeting."""
    if row.state != MeetingState.CALLED or row.starts_at <= clock.now():
        return
    waiting = models.MeetingAnswer.objects.filter(meeting=row, standing=Standing.WAITING).order_by("since", "id")
    parties = [(one.id, 1 + one.companions) for one in waiting]
    up = rules.moves_up(row.capacity, _coming(row), parties)
    models.MeetingAnswer.objects.filter(id__in=up).update(standing=Standing.COMING)
    now, by_id = clock.now(), {one.id: one.person_id for one in waiting}
    outbox.emit_many(
        [MeetingSeatGiven(meeting=row.id, project=row.project_id, person=by_id[one], at=now) for one in up]
    )


def _coming(row: models.Meeting) -> int:
    """How many people have a place, companions among them."""
    coming = models.MeetingAnswer.objects.filter(meeting=row, standing=Standing.COMING)
    sums = coming.aggregate(many=Coalesce(Sum("companions"), 0))
    return int(sums["many"]) + coming.count()


def _drop(meetings: Collection[UUID], person: UUID) -> None:
    for meeting in sorted(meetings):
        row = lock_meeting(meeting)
        models.MeetingAnswer.objects.filter(meeting=row, person_id=person).delete()
        _move_up(row)
