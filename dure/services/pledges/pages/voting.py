"""My group's vote on who receives what is not earned back."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from dure.base import clock
from dure.kit import faces, unsent
from dure.services.pledges import actions, queries
from dure.services.pledges.rules import steps, voting
from dure.services.pledges.types import Pledge, PledgeId, PledgeState, ReceiverId, Season, SeasonState

from .common import actor, pledge_of, season_of
from .forms import MANY

both = require_http_methods(["GET", "HEAD", "POST"])


class VoteForm(forms.Form):
    """Whom the group should give to."""

    def __init__(self, season: Season, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["receiver"] = forms.TypedChoiceField(
            label=_("To whom?"),
            choices=[(str(one.id), one.name) for one in season.receivers],
            coerce=UUID,
            widget=forms.RadioSelect,
        )


@unsent.waits
@both
def vote(request: HttpRequest, pledge: UUID) -> HttpResponse:
    """Say whom my group should give to; once it is over, see what it came to."""
    by, found = actor(request), queries.pledge(PledgeId(pledge))
    ballot = queries.ballot(by, found.id)
    project = queries.project(found.project)
    season = queries.season(project.season)
    form = VoteForm(season, request.POST or None, initial={"receiver": str(ballot.mine or "")})
    if request.method == "POST" and form.is_valid():
        with faces.refusals_on(form):
            choice = ReceiverId(form.cleaned_data["receiver"])
            actions.vote(by, found.id, choice, key=faces.form_key(request))
            return faces.hx_redirect(request, "pledges:vote", found.id, toast=gettext("Your vote is noted."))
    names = {one.id: one for one in season.receivers}
    context = {
        **pledge_of(found, project),
        **season_of(season),
        "ballot": ballot,
        "chosen": names[ballot.chosen] if ballot.chosen else None,
        "counts": [{"name": names[one.receiver].name, "votes": one.votes} for one in ballot.counts],
    }
    return faces.form_page(request, "pledges/vote.html", form, **context)


def may_see_vote(pledge: Pledge, season: Season) -> bool:
    """Whether there is something to vote on, or to read of a vote."""
    if len(season.receivers) < MANY or pledge.state not in (*steps.HELD, PledgeState.SETTLED):
        return False
    return season.state is not SeasonState.OPEN or voting.is_open(season.state, season.starts_on, clock.today())
