"""The studio's list of friends: filter by a condition, note something about one."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from dure.foundations.channels import actions, queries
from dure.foundations.channels.names import WAYS
from dure.foundations.channels.rules import segments
from dure.foundations.channels.types import EVERYBODY, FriendPage
from dure.foundations.people import queries as people
from dure.foundations.people.types import PersonId
from dure.kit import faces, limits, tx

from .common import WRITES_PER_MINUTE, posted, worked_on
from .forms import FilterForm, NoteForm, refusals_on

EXAMPLES = ("꼬리표:단골", "방문 > 30", "가입 < 7", "생일 < 7", "제외 꼬리표:단골", "경로:QR")


@require_safe
def friends(request: HttpRequest, channel: UUID) -> HttpResponse:
    """Friends by name, tags and when they came; a condition picks some of them."""
    by, found, context = worked_on(request, channel)
    form = FilterForm(request.GET)
    page = FriendPage((), 0, 1, 1)
    if form.is_valid():
        with refusals_on(form):
            wanted = segments.parse(form.cleaned_data["segment"])
            page = queries.friends(by, found, wanted, faces.page_number(request))
    names = people.names(one.person for one in page.friends)
    context |= {
        "rows": [
            {"friend": one, "name": names.get(one.person, ""), "way": WAYS[one.joined_by]} for one in page.friends
        ],
        "page": page,
        "segment": request.GET.get("segment", ""),
        "is_filtered": form.is_valid() and segments.parse(form.cleaned_data["segment"]) != EVERYBODY,
        "chips": [(example, example) for example in EXAMPLES],
        "tags": [(tag, segments.shown(segments.parse(f'tag:"{tag}"'))) for tag in queries.tags_of(by, found)],
        "earlier": page.page - 1,
        "later": page.page + 1 if page.page < page.pages else 0,
    }
    return faces.form_page(request, "channels/studio_friends.html", form, **context)


@require_http_methods(["GET", "HEAD", "POST"])
@limits.limited("channels.note", WRITES_PER_MINUTE, 60)
def friend(request: HttpRequest, channel: UUID, person: UUID) -> HttpResponse:
    """What the channel notes about one friend."""
    by, found, context = worked_on(request, channel)
    noted = queries.noted(by, found, person)
    form = NoteForm(posted(request), initial=NoteForm.said(noted))
    if form.is_valid():
        with refusals_on(form), tx.durable():
            actions.note_friend(
                by, found, PersonId(person), tags=form.tag_list(), note=form.cleaned_data["note"], dates=form.dates()
            )
            actions.forget_days(by, found, PersonId(person), form.forgotten())
        if not form.errors:
            return faces.hx_redirect(request, "channels-desk:friends", found, toast=gettext("Saved."))
    names = people.names([person])
    return faces.form_page(
        request, "channels/studio_friend.html", form, name=names.get(PersonId(person), ""), **context
    )


urlpatterns = [
    path("<uuid:channel>/friends/", friends, name="friends"),
    path("<uuid:channel>/friends/<uuid:person>/", friend, name="friend"),
]
