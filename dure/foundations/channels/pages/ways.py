"""How the town may reach me: devices that ring, mail, telephone; what is chosen and proved here, and taken back in one tap."""

from collections.abc import Callable

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from procrastinate.contrib.django import app

from dure.base import clock
from dure.base.refusals import NotFound
from dure.foundations.channels import actions, providers, queries
from dure.foundations.channels.rules import ways as rules
from dure.foundations.channels.types import CodeOver, CodeWrong, NobodyCarries, NumberAsked, Reachable, Route
from dure.foundations.people.types import Actor
from dure.kit import faces, limits, tx
from dure.kit.faces import Words
from dure.kit.ui.home import Entry

from .common import acting

WRITES_PER_MINUTE = 20
TYPED_LENGTH_MAX = 24
PAGE = "channels/notifications.html"
_ = gettext_lazy


class NumberForm(forms.Form):
    """A telephone number, as people write it."""

    number = forms.CharField(
        label=_("Mobile number"),
        max_length=TYPED_LENGTH_MAX,
        help_text=_("We send a code of six digits there, so that nobody can name a number that is not theirs."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "placeholder": "010-0000-0000"}),
    )


class CodeForm(forms.Form):
    """The code that came."""

    code = forms.CharField(
        label=_("Code of six digits"),
        max_length=TYPED_LENGTH_MAX,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


@require_safe
def notifications(request: HttpRequest) -> HttpResponse:
    """Which ways lead to me, and what may come by them."""
    return _page(request, acting(request), NumberForm(), CodeForm())


@require_POST
@limits.limited("channels.ways", WRITES_PER_MINUTE, 60)
def mail(request: HttpRequest) -> HttpResponse:
    """Mail, or none."""
    yes = _yes(request)
    with tx.durable():
        actions.choose_mail(acting(request), yes)
    return _back(request, gettext("From now on by mail, too.") if yes else gettext("No more mail, from now on."))


@require_POST
@limits.limited("channels.ways", WRITES_PER_MINUTE, 60)
def ask(request: HttpRequest) -> HttpResponse:
    """Name a number; a code goes there."""
    by, form = acting(request), NumberForm(request.POST)
    if form.is_valid():
        with faces.refusals_on(form):
            _send_code(by, form.cleaned_data["number"])
        if not form.errors:
            return _back(request, gettext("The code is on its way."))
    return _page(request, by, form, CodeForm(), form)


@require_POST
@limits.limited("channels.ways", WRITES_PER_MINUTE, 60)
def ask_again(request: HttpRequest) -> HttpResponse:
    """One more code to the same number; the one before is good no more."""
    by, form = acting(request), CodeForm(request.POST)
    asked = queries.reachable(by).asked
    if asked is None:
        raise NotFound(what="number")
    form.fields["code"].required = False  # nobody types a code to get one; a refusal stands above its field
    with faces.refusals_on(form):
        _send_code(by, asked.number)
    return (
        _page(request, by, NumberForm(), form, form)
        if form.errors
        else _back(request, gettext("A new code is on its way."))
    )


@require_POST
@limits.limited("channels.ways", WRITES_PER_MINUTE, 60)
def prove(request: HttpRequest) -> HttpResponse:
    """The code. A wrong one is counted before it is refused."""
    by, form = acting(request), CodeForm(request.POST)
    if form.is_valid():
        with faces.refusals_on(form):
            with tx.durable():
                proof = actions.prove_number(by, form.cleaned_data["code"])
            if not proof.proved:
                raise CodeWrong(left=proof.tries_left) if proof.tries_left else CodeOver()
        if not form.errors:
            return _back(request, gettext("The number is yours: messages reach you there."))
    return _page(request, by, NumberForm(), form, form)


def _by_one_tap(action: Callable[[Actor], None], said: Words) -> Callable[[HttpRequest], HttpResponse]:
    @require_POST
    @limits.limited("channels.ways", WRITES_PER_MINUTE, 60)
    def view(request: HttpRequest) -> HttpResponse:
        with tx.durable():
            action(acting(request))
        return _back(request, str(said))

    return view


@require_POST
@limits.limited("channels.ways", WRITES_PER_MINUTE, 60)
def aloud(request: HttpRequest) -> HttpResponse:
    """A call that reads it, or a text."""
    yes = _yes(request)
    with tx.durable():
        actions.choose_aloud(acting(request), yes)
    said = gettext("From now on a call reads it to you.") if yes else gettext("From now on as text again.")
    return _back(request, said)


def _send_code(by: Actor, number: str) -> None:
    """Ask for a code, and let the worker carry it: both or neither. Raises NobodyCarries and what `ask_number` raises."""
    if not providers.dealers_of(Route.SMS):
        raise NobodyCarries()
    with tx.durable():
        asked = actions.ask_number(by, number)
        app.configure_task("channels.carry_code").defer(ask=str(asked.id))


def _page(
    request: HttpRequest, by: Actor, number: NumberForm, code: CodeForm, wrong: forms.Form | None = None
) -> HttpResponse:
    """The page, with what was wrong, if something was."""
    found = queries.reachable(by)
    me = by.person
    assert me is not None  # noqa: S101 - narrows the type; `acting` has asked
    friends = queries.friendships(me)
    context = {
        "key": queries.vapid_public(),
        "browsers": queries.subscriptions_of(me),
        "ways": found,
        "number": rules.written(found.number) if found.number else "",
        "asked": _asked(found),
        "number_form": number,
        "code_form": code,
        "mails": bool(providers.dealers_of(Route.MAIL)),
        "texts": bool(providers.dealers_of(Route.SMS)),
        "calls": bool(providers.dealers_of(Route.VOICE)),
        "ads": sum(one.ads_since is not None for one in friends),
        "night_ads": sum(one.night_ads_since is not None for one in friends),
        "samples": reverse("channels:sample_texts") if settings.DURE.demo else "",
    }
    return faces.form_page(request, PAGE, wrong or number, **context)


def _asked(found: Reachable) -> dict[str, object] | None:
    asked: NumberAsked | None = found.asked
    if asked is None:
        return None
    over = asked.until <= clock.now() or not asked.tries_left
    return {"number": rules.written(asked.number), "over": over, "carried": asked.carried, "until": asked.until}


def _yes(request: HttpRequest) -> bool:
    return request.POST.get("yes") == "1"


def _back(request: HttpRequest, said: str) -> HttpResponse:
    return faces.hx_redirect(request, "channels:notifications", toast=said)


def me_entries(request: HttpRequest) -> list[Entry]:
    """The person's own lines."""
    note = gettext("Where messages reach me: this device, mail, telephone")
    return [Entry(gettext("Notifications"), reverse("channels:notifications"), sign="bell", note=note)]


urlpatterns = [
    path("notifications/", notifications, name="notifications"),
    path("notifications/mail/", mail, name="ways_mail"),
    path("notifications/number/", ask, name="ways_number"),
    path("notifications/number/again/", ask_again, name="ways_again"),
    path("notifications/number/code/", prove, name="ways_code"),
    path(
        "notifications/number/drop/",
        _by_one_tap(actions.drop_number, _("The number is forgotten. Nothing goes there any more.")),
        name="ways_drop",
    ),
    path("notifications/number/aloud/", aloud, name="ways_aloud"),
    path("notifications/lost/", _by_one_tap(actions.drop_lost, _("Put away.")), name="ways_lost"),
]
