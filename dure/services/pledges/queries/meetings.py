"""Meetings of a project: those ahead and past, who comes, and what stands in one's own calendar."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from dure.base import clock
from dure.base.actors import Actor, PersonId
from dure.base.refusals import NotFound
from dure.services.pledges import models
from dure.services.pledges.rules import permits
from dure.services.pledges.types import (
    Answer,
    AnswerWord,
    CalendarMeeting,
    Meeting,
    MeetingId,
    MeetingState,
    Project,
    ProjectId,
    Standing,
)

from .guarding import is_of_group, unseen_by
from .projects import project

MEETINGS_SHOWN: Final = 30
IN_CALENDAR_MAX: Final = 50
PAST_IN_CALENDAR: Final = timedelta(days=30)
WANTS: Final = (AnswerWord.YES, AnswerWord.MAYBE)
PARTY: Final = F("answers__companions") + 1


def meeting(meeting_id: MeetingId) -> Meeting:
    """One meeting, whoever asks. Raises NotFound."""
    row = _counted(models.Meeting.objects.filter(id=meeting_id)).first()
    if row is None:
        raise NotFound(what="meeting")
    return _meeting(row)


def meeting_of_group(by: Actor, meeting_id: MeetingId) -> tuple[Meeting, Project]:
    """A meeting for those in its project, its leader, stewards and auditors; with its project. Raises NotFound, NotAllowed."""
    row = _counted(models.Meeting.objects.filter(id=meeting_id)).first()
    if row is None:
        raise NotFound(what="meeting")
    of = project(ProjectId(row.project_id))
    demand_group(by, of)
    return _meeting(row, _reads(by, row)), of


def demand_group(by: Actor, of: Project) -> None:
    """Whether somebody reads what a project's group keeps to itself. Raises NotAllowed."""
    permits.may_see_group(by, of.leader, is_of_group(of.id, permits.somebody(by)))


def meetings_ahead(by: Actor, of: Project) -> tuple[Meeting, ...]:
    """Meetings of a project that are not over, the next first. Raises NotAllowed."""
    demand_group(by, of)
    rows = models.Meeting.objects.filter(project_id=of.id, ends_at__gt=clock.now())
    return _shown(by, rows.order_by("starts_at", "id"))


def meetings_past(by: Actor, of: Project) -> tuple[Meeting, ...]:
    """Meetings of a project that are over, the last first. Raises NotAllowed."""
    demand_group(by, of)
    rows = models.Meeting.objects.filter(project_id=of.id, ends_at__lte=clock.now())
    return _shown(by, rows.order_by("-starts_at", "-id"))


def next_meeting(by: Actor, of: ProjectId) -> Meeting | None:
    """The meeting of a project that comes next. The caller asked who may see the group."""
    rows = models.Meeting.objects.filter(project_id=of, state=MeetingState.CALLED, ends_at__gt=clock.now())
    return next(iter(_shown(by, rows.order_by("starts_at", "id"), 1)), None)


def answers_of(by: Actor, found: Meeting) -> tuple[Answer, ...]:
    """What people said to a meeting, those with a place first, then the list in its order; of two people of whom one blocked the
    other neither sees the other. Leader, stewards and auditors see all. The caller asked who may see the group.
    """
    leads = by.is_steward or by.person == project(found.project).leader
    unseen = () if leads or by.is_auditor else unseen_by(by.person)
    rows = models.MeetingAnswer.objects.filter(meeting_id=found.id).exclude(person__in=unseen)
    order = {Standing.COMING: 0, Standing.WAITING: 1, Standing.NONE: 2}
    answers = [_answer(row) for row in rows.select_related("meeting").order_by("since", "id")]
    if not leads:  # each reads only whether they came themselves
        answers = [one if one.person == by.person else replace(one, came=None) for one in answers]
    return tuple(sorted(answers, key=lambda one: (order[one.standing], one.word is AnswerWord.NO)))


def answer_of(meeting_id: MeetingId, person: PersonId) -> Answer | None:
    """What one person said to a meeting."""
    rows = models.MeetingAnswer.objects.filter(meeting_id=meeting_id, person=person)
    row = rows.select_related("meeting").first()
    return _answer(row) if row else None


def answers_by(person: PersonId | None, found: Collection[Meeting]) -> Mapping[MeetingId, Answer]:
    """What one person said to each of these meetings, where they said something; one statement, however many."""
    if person is None or not found:
        return {}
    rows = models.MeetingAnswer.objects.filter(person=person, meeting__in=[one.id for one in found])
    return {MeetingId(row.meeting_id): _answer(row) for row in rows.select_related("meeting")}


def wanting(meeting_id: MeetingId) -> tuple[PersonId, ...]:
    """Who said yes or maybe to a meeting."""
    rows = models.MeetingAnswer.objects.filter(meeting_id=meeting_id, word__in=WANTS)
    return tuple(PersonId(one) for one in rows.order_by("person_id").values_list("person_id", flat=True))


def asked_again(meeting_id: MeetingId) -> tuple[PersonId, ...]:
    """Those of them whose answer is to an older time or place."""
    rows = models.MeetingAnswer.objects.filter(
        meeting_id=meeting_id, word__in=WANTS, version__lt=F("meeting__moved_in")
    )
    return tuple(PersonId(one) for one in rows.order_by("person_id").values_list("person_id", flat=True))


def meetings_in_calendar(person: PersonId) -> tuple[CalendarMeeting, ...]:
    """Meetings to which a person said yes or maybe, also cancelled ones, so that a calendar strikes them out."""
    rows = models.MeetingAnswer.objects.filter(person=person, word__in=WANTS)
    near = rows.filter(meeting__ends_at__gt=clock.now() - PAST_IN_CALENDAR).order_by("meeting__starts_at", "id")
    standings = dict(near.values_list("meeting_id", "standing")[:IN_CALENDAR_MAX])
    found = _counted(models.Meeting.objects.filter(id__in=standings)).order_by("starts_at", "id")
    return tuple(in_calendar(_meeting(row, not row.hidden), standings[row.id] == Standing.COMING) for row in found)


def in_calendar(found: Meeting, is_sure: bool) -> CalendarMeeting:
    """A meeting as a calendar program reads it."""
    return CalendarMeeting(
        meeting=found.id,
        title=found.title,
        place=found.place,
        notes=found.notes,
        starts_at=found.starts_at,
        ends_at=found.ends_at,
        version=found.version,
        changed_at=found.changed_at,
        is_sure=is_sure,
        is_cancelled=found.state is MeetingState.CANCELLED,
    )


def _reads(by: Actor, row: models.Meeting) -> bool:
    """Whether somebody reads the words of a meeting: what a steward took down only whoever wrote it, stewards and auditors."""
    return not row.hidden or by.person == row.by or by.is_steward or by.is_auditor


def _shown(by: Actor, rows: QuerySet[models.Meeting], most: int = MEETINGS_SHOWN) -> tuple[Meeting, ...]:
    return tuple(_meeting(row, _reads(by, row)) for row in _counted(rows)[:most])


def _counted(rows: QuerySet[models.Meeting]) -> QuerySet[models.Meeting]:
    def people(standing: Standing) -> Coalesce:
        return Coalesce(Sum(PARTY, filter=Q(answers__standing=standing)), 0)

    return rows.annotate(
        are_coming=people(Standing.COMING),
        are_waiting=people(Standing.WAITING),
        say_maybe=Count("answers", filter=Q(answers__word=AnswerWord.MAYBE)),
        are_unsure=Count("answers", filter=Q(answers__word__in=WANTS, answers__version__lt=F("moved_in"))),
    )


def _meeting(row: models.Meeting, reads: bool = True) -> Meeting:
    counted = vars(row)
    return Meeting(
        id=MeetingId(row.id),
        project=ProjectId(row.project_id),
        by=PersonId(row.by),
        title=row.title if reads else "",
        place=row.place if reads else "",
        notes=row.notes if reads else "",
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        answer_until=row.answer_until,
        capacity=row.capacity,
        state=MeetingState(row.state),
        why=row.why,
        version=row.version,
        changed_at=row.changed_at,
        coming=counted["are_coming"],
        waiting=counted["are_waiting"],
        maybe=counted["say_maybe"],
        unsure=counted["are_unsure"],
        is_hidden=row.hidden,
    )


def _answer(row: models.MeetingAnswer) -> Answer:
    word = AnswerWord(row.word)
    return Answer(
        meeting=MeetingId(row.meeting_id),
        person=PersonId(row.person_id),
        word=word,
        companions=row.companions,
        standing=Standing(row.standing),
        asked_again=word in WANTS and row.version < row.meeting.moved_in,
        came=row.came,
    )
