"""What a group says of its proofs: one tap, or a few words on the proof's own page."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urldefrag
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from dure.base.refusals import BadValue
from dure.foundations.people import queries as people
from dure.foundations.people.types import Actor, PersonCard, PersonId
from dure.kit import faces, unsent
from dure.services.pledges import actions, queries
from dure.services.pledges.names import CHEERS
from dure.services.pledges.rules import group as rules
from dure.services.pledges.rules import permits
from dure.services.pledges.types import (
    CheerWord,
    Comment,
    CommentId,
    Life,
    Project,
    ProjectState,
    Proof,
    ProofId,
    Season,
)

from .common import actor, project_of, proof_of, season_of

both = require_http_methods(["GET", "HEAD", "POST"])


class CommentForm(forms.Form):
    """A few words under a proof."""

    text = forms.CharField(
        label=_("What would you like to say?"),
        min_length=rules.COMMENT_LENGTH[0],
        max_length=rules.COMMENT_LENGTH[1],
        widget=forms.Textarea(attrs={"rows": 2}),
    )


def lively(by: Actor, proofs: Iterable[Mapping[str, Any]], project: Project, season: Season) -> list[Mapping[str, Any]]:
    """Proofs as pages show them, each with what the group said of it."""
    proofs = list(proofs)
    lives = queries.lives(by, [one["proof"].id for one in proofs])
    speaks = may_talk(by, project, season)
    names = _names(lives.values())
    return [{**one, **_of_life(by, lives[one["proof"].id], one["proof"], speaks, names)} for one in proofs]


def may_talk(by: Actor, project: Project, season: Season) -> bool:
    """Whether somebody can cheer and comment in this project now."""
    is_now = season.phase in rules.TALKING and project.state is ProjectState.OPEN
    if not (is_now and queries.may_speak(by, project)):
        return False
    return queries.silenced_why(project.id, permits.somebody(by)) is None


@require_POST
def cheer(request: HttpRequest, proof: UUID) -> HttpResponse:
    """Say a word of a proof, or take it back; then on where one was."""
    by, found = actor(request), ProofId(proof)
    said, back = request.POST.get("word", ""), request.POST.get("back", "")
    if (back or said) not in set(CheerWord):
        raise BadValue(field="word", reason="unknown")
    word = CheerWord(back or said)
    key = f"{faces.form_key(request)[:200]}:{word.value}"  # three buttons, one form
    if back:
        actions.take_cheer_back(by, found, word, key=key)
    else:
        actions.cheer(by, found, word, key=key)
    before = urldefrag(faces.back_address(request, reverse("pledges:proof", args=[proof])))[0]
    return faces.hx_redirect(request, f"{before}#p-{proof}")


@unsent.waits
@both
def proof(request: HttpRequest, proof: UUID) -> HttpResponse:
    """One proof with all that was said of it, and a place for a few words."""
    by = actor(request)
    found, project = queries.proof_of_group(by, ProofId(proof))
    season = queries.season(project.season)
    form = CommentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with faces.refusals_on(form):
            made = actions.comment(by, found.id, form.cleaned_data["text"], key=faces.form_key(request))
            return faces.hx_redirect(request, f"{reverse('pledges:proof', args=[proof])}#c-{made.id}")
    life = queries.life(by, found.id)
    names = {**_names([life]), **people.persons({found.person})}
    talks = may_talk(by, project, season)
    context = {
        **project_of(project),
        **season_of(season),
        "one": {**proof_of(found, season, _name(names, found.person)), **_of_life(by, life, found, talks, names)},
        "talks": talks,
        "silenced": queries.silenced_why(project.id, permits.somebody(by)),
        "unseen": queries.unseen_why(project.id, found.id),
        "complains": queries.is_of_group(project.id, permits.somebody(by)),
        "hides": by.is_steward or by.person == project.leader,
        "person": by.person,
    }
    return faces.form_page(request, "pledges/proof.html", form, **context)


@unsent.waits
@both
def edit_comment(request: HttpRequest, comment: UUID) -> HttpResponse:
    """Change one's own words."""
    by, found = actor(request), queries.comment(CommentId(comment))
    permits.may_touch(by, found.person)
    form = CommentForm(request.POST or None, initial={"text": found.text})
    if request.method == "POST" and form.is_valid():
        with faces.refusals_on(form):
            made = actions.edit_comment(by, found.id, form.cleaned_data["text"], key=faces.form_key(request))
            return faces.hx_redirect(request, f"{reverse('pledges:proof', args=[made.proof])}#c-{made.id}")
    return faces.form_page(request, "pledges/comment.html", form, comment=found)


@require_POST
def delete_comment(request: HttpRequest, comment: UUID) -> HttpResponse:
    """Take one's own words away."""
    under = actions.delete_comment(actor(request), CommentId(comment), key=faces.form_key(request))
    return faces.hx_redirect(request, "pledges:proof", under, toast=gettext("Your words are gone."))


def _of_life(by: Actor, life: Life, of: Proof, speaks: bool, names: Mapping[PersonId, PersonCard]) -> Mapping[str, Any]:
    return {
        "cheers": [{"cheer": one, "said": CHEERS[one.word]} for one in life.cheers],
        "may_cheer": speaks and by.person != of.person,
        "was_cheered": any(one.people for one in life.cheers),
        "comments": [_comment_of(by, one, names) for one in life.last],
        "many": life.comments,
    }


def _comment_of(by: Actor, one: Comment, names: Mapping[PersonId, PersonCard]) -> Mapping[str, Any]:
    return {"comment": one, "name": _name(names, one.person), "is_mine": by.person == one.person}


def _names(lives: Iterable[Life]) -> Mapping[PersonId, PersonCard]:
    return people.persons({one.person for life in lives for one in life.last})


def _name(names: Mapping[PersonId, PersonCard], person: PersonId) -> str:
    return names[person].name if person in names else ""
