"""A leader lets the group know something."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from dure.foundations.people import queries as people
from dure.kit import faces, unsent
from dure.services.pledges import actions, queries
from dure.services.pledges.rules import noticing as rules
from dure.services.pledges.rules import permits
from dure.services.pledges.types import NoticeId, Project

from .common import actor, project_of

both = require_http_methods(["GET", "HEAD", "POST"])


class NoticeForm(forms.Form):
    """What everybody of the project should know."""

    text = forms.CharField(
        label=_("What should everybody know?"),
        help_text=_(
            "It stands above what the group proves. Where this place has a channel for it, it comes as a message, too."
        ),
        min_length=rules.NOTICE_LENGTH[0],
        max_length=rules.NOTICE_LENGTH[1],
        widget=forms.Textarea(attrs={"rows": 4}),
    )


@unsent.waits
@both
def post_notice(request: HttpRequest, code: str) -> HttpResponse:
    """Let everybody of a project know something."""
    by = actor(request)
    found = queries.project_by_code(code, by)
    permits.may_lead(by, found.leader)
    form = NoticeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with faces.refusals_on(form):
            actions.post_notice(by, found.id, form.cleaned_data["text"], key=faces.form_key(request))
            return faces.hx_redirect(request, "pledges:group", found.code, toast=gettext("It is told."))
    return faces.form_page(request, "pledges/notice.html", form, **project_of(found))


@require_POST
def take_down_notice(request: HttpRequest, notice: UUID) -> HttpResponse:
    """Take a notice down."""
    by = actor(request)
    project = actions.take_down_notice(by, NoticeId(notice), key=faces.form_key(request))
    code = queries.project(project).code
    return faces.hx_redirect(request, "pledges:group", code, toast=gettext("Taken down."))


def notices_of(project: Project) -> Sequence[dict[str, Any]]:
    """What stands above a group's feed, with who said it."""
    found = queries.notices(project.id)
    names = people.persons({one.by for one in found})
    return [{"notice": one, "name": names[one.by].name if one.by in names else ""} for one in found]
