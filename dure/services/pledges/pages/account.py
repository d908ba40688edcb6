"""The account of one's deposit as a bank would show it: on the screen, on paper, as a file."""

import csv
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from dure.base import clock
from dure.foundations.people import queries as people
from dure.services.pledges import queries
from dure.services.pledges.documents import whole_day
from dure.services.pledges.names import LINES, RETURNS
from dure.services.pledges.rules import days
from dure.services.pledges.types import Pledge, PledgeId, Project, Receiver, Season, StatementLine

from .common import actor, pledge_of, project_of, season_of

MARK = "\ufeff"  # without it Excel takes Korean for another encoding


@never_cache
@require_safe
def account(request: HttpRequest, pledge: UUID) -> HttpResponse:
    """Every line of the account of a deposit, from nothing in it to what is left, and how its parts were worked out."""
    by, found, project, season = _seen(request, pledge)
    account, receiver = queries.deposit_account(by, found.id), receiver_of(found, season)
    holder = people.persons({found.person}).get(found.person)
    context = {
        **pledge_of(found, project),
        **project_of(project),
        **season_of(season),
        "holder": holder.name if holder else "",
        "account": account,
        "lines": [line_of(one, receiver) for one in account.lines],
        "refunds": [{"refund": one, "word": RETURNS[one.state]} for one in account.refunds],
        "receiver": receiver,
        "settled": found.settled,
        "rest": found.deposit - found.settled.refund if found.settled else 0,
        "of": days.SEASON_DAYS,
        "days": list(
            dict.fromkeys(whole_day(clock.local(one.at).date()) for one in account.lines)
        ),  # the first and the last one
        "made_on": whole_day(clock.today()),
        "is_mine": by.person == found.person,
    }
    return render(request, "pledges/account.html", context)


@never_cache
@require_safe
def account_csv(request: HttpRequest, pledge: UUID) -> HttpResponse:
    """The same lines for a spreadsheet."""
    by, found, project, season = _seen(request, pledge)
    receiver = receiver_of(found, season)
    answer = HttpResponse(MARK, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="dure-deposit-{project.code}.csv"'
    rows = csv.writer(answer)
    rows.writerow(
        (
            gettext("Day and time"),
            gettext("What for"),
            gettext("Came in (won)"),
            gettext("Went out (won)"),
            gettext("Left (won)"),
        )
    )
    for one in queries.deposit_account(by, found.id).lines:
        said = line_of(one, receiver)
        at = clock.local(one.at).isoformat(sep=" ", timespec="seconds")
        rows.writerow((at, said["word"], said["came"], said["went"], one.left))
    return answer


def line_of(one: StatementLine, receiver: Receiver | None) -> Mapping[str, Any]:
    """A line with its words; the gift names whom it reached."""
    word = str(LINES.get(one.what, one.what))
    if one.what == "donation" and receiver is not None:
        word = gettext("Given: {name}").format(name=receiver.name)
    came, went = (one.won, "") if one.won > 0 else ("", -one.won)
    return {"line": one, "word": word, "came": came, "went": went}


def receiver_of(pledge: Pledge, season: Season) -> Receiver | None:
    """Who gets what a deposit gives; None: nobody, or its group has not chosen yet."""
    by_vote = pledge.consent.by_vote
    gets = queries.group_choice(pledge.project) if by_vote else pledge.consent.receiver
    return next((one for one in season.receivers if one.id == gets), None)


def _seen(request: HttpRequest, pledge: UUID) -> tuple[Any, Pledge, Project, Season]:
    by, found = actor(request), queries.pledge(PledgeId(pledge))
    queries.statement(by, found.id)  # refuses whose it is not
    project = queries.project(found.project)
    return by, found, project, queries.season(project.season)
