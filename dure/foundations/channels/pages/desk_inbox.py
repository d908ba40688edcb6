"""The inbox at the desk: who waits the longest comes first; take over, assign, hand back, close."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dure.base import clock
from dure.base.refusals import BadValue, NotFound, Refusal
from dure.foundations.channels import actions, queries
from dure.foundations.channels.types import Attended, ChannelId, ConversationId
from dure.foundations.people import queries as people
from dure.foundations.people.types import Actor, PersonId
from dure.kit import faces, limits, tx, unsent
from dure.kit.ui.home import Entry

from . import talking
from .common import acting, visiting
from .inbox import live_address, part, read

WRITES_PER_MINUTE = 120
SHELVES = {  # what the address says -> (what it is called, who answers, mine)
    "waiting": (gettext_lazy("Waiting"), Attended.WAITING, None),
    "mine": (gettext_lazy("Mine"), Attended.STAFF, True),
    "others": (gettext_lazy("Colleagues"), Attended.STAFF, False),
    "bot": (gettext_lazy("With the bot"), Attended.BOT, None),
    "closed": (gettext_lazy("Closed"), Attended.CLOSED, None),
}
STANDS = {
    Attended.BOT: gettext_lazy("The bot answers"),
    Attended.WAITING: gettext_lazy("Waits for a person"),
    Attended.STAFF: gettext_lazy("Taken"),
    Attended.CLOSED: gettext_lazy("Closed"),
}
type Verb = Callable[[Actor, ConversationId], None]
VERBS: dict[str, tuple[Verb, Any]] = {
    "take": (actions.take_conversation, gettext_lazy("It is yours now.")),
    "back": (actions.hand_back, gettext_lazy("The bot answers again.")),
    "close": (actions.close_conversation, gettext_lazy("Closed, until they write again.")),
}


@require_safe
def served(request: HttpRequest) -> HttpResponse:
    """The channels whose people I answer; the only one opens at once."""
    channels = queries.served_channels(acting(request))
    if len(channels) == 1:
        return redirect("channels-desk:inbox_of", channels[0][0])
    return render(request, "channels/desk_channels.html", {"channels": channels})


@require_safe
def inbox(request: HttpRequest, channel: UUID) -> HttpResponse:
    """One channel's conversations, shelf by shelf."""
    by, of = acting(request), ChannelId(channel)
    shelf = request.GET.get("shelf", "waiting")
    if shelf not in SHELVES:
        shelf = "waiting"
    line = queries.staff_line(by, of)
    _, attended, mine = SHELVES[shelf]
    context: dict[str, Any] = {
        "channel": queries.channel(channel),
        "shelf": shelf,
        "shelves": [
            (f"{name} {getattr(line, key)}", "" if key == "waiting" else key) for key, (name, _, _) in SHELVES.items()
        ],
        "live": live_address(by),
        "today": timezone.localdate(clock.now()),
        "words": request.GET.get("q", ""),
    }
    if context["words"]:
        try:
            context["found"] = queries.search_channel(by, of, context["words"])
        except BadValue as refusal:
            context["refused"] = faces.says(refusal)
    else:
        context["threads"] = queries.staff_threads(by, of, attended, mine=mine)
    template = "channels/desk_threads_part.html" if faces.is_htmx(request) else "channels/desk_inbox.html"
    return render(request, template, context)


@unsent.waits
@require_http_methods(["GET", "HEAD", "POST"])
@limits.limited("channels.reply", WRITES_PER_MINUTE, 60)
def conversation(request: HttpRequest, conversation: UUID) -> HttpResponse:
    """One conversation: read it, answer in it. Answering takes it, unless a colleague has it."""
    by, which = acting(request), ConversationId(conversation)
    thread = queries.thread(by, conversation)
    if not by.works_for(queries.organisation_of(thread.conversation.channel)):
        raise NotFound(what="conversation")
    form = talking.TalkForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            with tx.durable():
                content = talking.content_of(by, which, form.cleaned_data)
                message = actions.reply(by, which, content, form.cleaned_data["client_id"])
        except Refusal as refusal:
            if talking.wants_a_word(request):
                spoken = faces.says(refusal)
                return JsonResponse({"said": f"{spoken.text} {spoken.todo}".strip()}, status=spoken.status)
            with faces.refusals_on(form):
                raise
        else:
            if talking.wants_a_word(request):
                return JsonResponse({"position": message.position}, status=201)
            return redirect(f"{request.path}#m{message.position}")
    context = read(request, by, which, staff=True) | _beside(by, thread.conversation.channel)
    context |= {"thread": thread, "stands": STANDS[thread.conversation.attended], "live": live_address(by)}
    if faces.is_htmx(request) and "after" in request.GET:
        return part(request, context)
    mine = thread.conversation.assigned_to == by.person
    context |= {
        "client_id": talking.new_client_id(),
        "address": request.path,
        "mine": mine,
        "attended_by": thread.conversation.attended.value,
        "may_write": mine or thread.conversation.attended is not Attended.STAFF,
    }
    return faces.form_page(request, "channels/desk_talk.html", form, **context)


def _beside(by: Actor, channel: ChannelId) -> dict[str, Any]:
    colleagues = people.names(people.member_ids(queries.organisation_of(channel)) - {by.person})
    return {
        "canned": queries.canned_texts(by, channel),
        "colleagues": sorted(colleagues.items(), key=lambda pair: pair[1]),
    }


@require_POST
@limits.limited("channels.attend", WRITES_PER_MINUTE, 60)
def turn(request: HttpRequest, conversation: UUID, verb: str) -> HttpResponse:
    """Take over, hand back to the bot, close."""
    if verb not in VERBS:
        raise NotFound(what="verb")
    act, toast = VERBS[verb]
    with tx.durable():
        act(acting(request), ConversationId(conversation))
    return faces.hx_redirect(request, "channels-desk:conversation", conversation, toast=toast)


@require_POST
@limits.limited("channels.attend", WRITES_PER_MINUTE, 60)
def assign(request: HttpRequest, conversation: UUID) -> HttpResponse:
    """Give it to a colleague."""
    try:
        to = PersonId(UUID(request.POST.get("to", "")))
    except ValueError:
        raise BadValue(field="to", reason="unknown") from None
    with tx.durable():
        actions.assign_conversation(acting(request), ConversationId(conversation), to)
    return faces.hx_redirect(
        request, "channels-desk:conversation", conversation, toast=gettext("Given to a colleague.")
    )


@require_http_methods(["GET", "HEAD", "POST"])
@limits.limited("channels.words", WRITES_PER_MINUTE, 60)
def words(request: HttpRequest, channel: UUID) -> HttpResponse:
    """What the bot answers in the channel's own words, and texts that staff pick from."""
    by, of = acting(request), ChannelId(channel)
    context: dict[str, Any] = {"channel": queries.channel(channel)}
    status = 200
    if request.method == "POST":
        try:
            with tx.durable():
                _edit(by, of, request)
        except BadValue as refusal:
            context |= {"refused": faces.says(refusal), "typed": request.POST}
            status = 422
        else:
            return faces.hx_redirect(request, "channels-desk:words", channel, toast=gettext("Saved."))
    context |= {"answers": queries.own_answers(by, of), "canned": queries.canned_texts(by, of)}
    if by.owns(queries.organisation_of(of)):
        context["skill_address"] = f"{settings.DURE.origin}/api/v1/channels/bot/skill/{context['channel'].handle}"
        context["skill_secret"] = queries.skill_secret(of)
    return render(request, "channels/desk_words.html", context, status=status)


def _edit(by: Actor, channel: ChannelId, request: HttpRequest) -> None:
    said = request.POST
    what, title, text = said.get("what", ""), said.get("title", ""), said.get("text", "")
    if what == "answer":
        actions.edit_own_answer(by, channel, title, tuple(said.get("phrases", "").split(",")), text)
    elif what == "canned":
        actions.edit_canned_text(by, channel, title, text)
    elif what in ("no_answer", "no_canned"):
        try:
            which = UUID(said.get("id", ""))
        except ValueError:
            raise NotFound(what="text") from None
        (actions.remove_own_answer if what == "no_answer" else actions.remove_canned_text)(by, which)
    else:
        raise BadValue(field="what", reason="unknown")


@require_http_methods(["GET", "HEAD", "POST"])
@limits.limited("channels.judge", WRITES_PER_MINUTE, 60)
def complaints(request: HttpRequest) -> HttpResponse:
    """Messages that somebody reported, for stewards."""
    by = acting(request)
    if request.method == "POST":
        try:
            which = UUID(request.POST.get("id", ""))
        except ValueError:
            raise NotFound(what="complaint") from None
        with tx.durable():
            actions.decide_complaint(by, which, request.POST.get("decision", ""))
        return faces.hx_redirect(
            request,
            "channels-desk:complaints",
            toast=gettext("Decided. What breaks the rules reaches nobody any more."),
        )
    return render(request, "channels/desk_complaints.html", {"complaints": queries.complaints(by)})


def desk_entries(request: HttpRequest) -> list[Entry]:
    """The inbox, for who answers people; reported messages, for stewards."""
    by = visiting(request)
    entries = []
    channels = queries.served_channels(by)
    if channels:
        waiting = sum(count for _, _, count in channels)
        badge = str(waiting) if waiting else ""
        entries.append(Entry(gettext("Inbox"), reverse("channels-desk:inbox"), sign="comment", badge=badge))
    if by.is_steward:
        entries.append(Entry(gettext("Reported messages"), reverse("channels-desk:complaints"), sign="flag"))
    return entries


urlpatterns = [
    path("inbox/", served, name="inbox"),
    path("inbox/reported/", complaints, name="complaints"),
    path("inbox/of/<uuid:channel>/", inbox, name="inbox_of"),
    path("inbox/of/<uuid:channel>/words/", words, name="words"),
    path("inbox/<uuid:conversation>/", conversation, name="conversation"),
    path("inbox/<uuid:conversation>/assign/", assign, name="assign"),
    path("inbox/<uuid:conversation>/<str:verb>/", turn, name="turn"),
]
