"""Conversations as a person sees them: the list, one conversation, search."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from django.core.files.storage import storages
from django.core.signing import TimestampSigner
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dure.base import clock
from dure.base.refusals import BadValue, Busy, NotFound, Refusal
from dure.foundations.channels import actions, queries
from dure.foundations.channels.rules.inbox import SAYS_PER_MINUTE_MAX
from dure.foundations.channels.types import Attended, Channel, ConversationId, MessageId
from dure.foundations.people.types import Actor, system
from dure.kit import faces, limits, show, tx, unsent
from dure.kit.ui.home import Entry, HomeCard

from . import talking
from .common import acting, visiting

CARDS_MAX = 20
CARD_LENGTH = 40
WRITES_PER_MINUTE = 60
LIVE_SALT = "channels.live.v1"
ATTENDED = {
    Attended.BOT: gettext_lazy("Answers come by themselves; you can ask for a person."),
    Attended.WAITING: gettext_lazy("You asked for a person. Somebody will write to you here."),
    Attended.STAFF: gettext_lazy("A person is talking with you."),
    Attended.CLOSED: gettext_lazy("This conversation is closed. Write, and it opens again."),
}


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """My conversations."""
    by = acting(request)
    page = faces.page_number(request)
    threads = queries.threads(by, page)
    context = {"threads": threads, "live": live_address(by), "page": page, "today": timezone.localdate(clock.now())}
    if faces.is_htmx(request):
        return render(request, "channels/threads_part.html", context)
    return render(request, "channels/inbox.html", context)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Words in my conversations."""
    by, words = acting(request), request.GET.get("q", "")
    context: dict[str, Any] = {"words": words}
    if words:
        try:
            context["found"] = queries.search_messages(by, words)
        except BadValue as refusal:
            context["refused"] = faces.says(refusal)
    return render(request, "channels/search.html", context)


@unsent.waits
@require_http_methods(["GET", "HEAD", "POST"])
@limits.limited("channels.say", SAYS_PER_MINUTE_MAX, 60)
def talk(request: HttpRequest, handle: str) -> HttpResponse:
    """One conversation: read it, write in it."""
    by, channel = acting(request), queries.channel_by_handle(handle)
    form = talking.TalkForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            with tx.durable():
                conversation = actions.begin_conversation(by, channel.id)
                content = talking.content_of(by, conversation, form.cleaned_data)
                message = actions.say(by, channel.id, content, form.cleaned_data["client_id"])
        except Refusal as refusal:
            if talking.wants_a_word(request):
                return _refused(refusal)
            with faces.refusals_on(form):
                raise
        else:
            _answer(message.id)
            if talking.wants_a_word(request):
                return JsonResponse({"position": message.position}, status=201)
            return redirect(f"{reverse('channels:talk', args=[handle])}#m{message.position}")
    if request.method == "POST" and talking.wants_a_word(request):
        return JsonResponse({"said": " ".join(str(one) for many in form.errors.values() for one in many)}, status=422)
    return _conversation(request, by, channel, form)


def _answer(message: MessageId) -> None:
    """Let the bot answer at once; whatever keeps it from that, it answers when the news of the message arrives."""
    with suppress(Refusal), tx.durable():  # what was said is said, whatever a house makes of it
        actions.answer_by_bot(system("channels.talk"), message)


def _refused(refusal: Refusal) -> HttpResponse:
    spoken = faces.says(refusal)
    response = JsonResponse({"said": f"{spoken.text} {spoken.todo}".strip()}, status=spoken.status)
    if spoken.retry_seconds:
        response["Retry-After"] = str(spoken.retry_seconds)
    return response


def _conversation(request: HttpRequest, by: Actor, channel: Channel, form: talking.TalkForm) -> HttpResponse:
    known = queries.conversation_with(by, channel.id)
    context: dict[str, Any] = {
        "channel": channel,
        "form": form,
        "client_id": talking.new_client_id(),
        "live": live_address(by),
        "address": reverse("channels:talk", args=[channel.handle]),
        "starters": [one for one in queries.commands_of(channel.id) if one.label],
    }
    if known is not None:
        context |= read(request, by, known)
        context["attended"] = ATTENDED[context["conversation"].attended]
    if faces.is_htmx(request) and "after" in request.GET:
        return part(request, context)
    return faces.form_page(request, "channels/talk.html", form, **{k: v for k, v in context.items() if k != "form"})


def read(request: HttpRequest, by: Actor, conversation: ConversationId, *, staff: bool = False) -> dict[str, Any]:
    """The messages that the address asks for, drawn; what is shown is read."""
    after, before = number(request, "after"), number(request, "before")
    now = queries.conversation(by, conversation)
    if after:
        above, *messages = queries.messages(by, conversation, after=after - 1) or (None,)
    else:
        above, messages = None, list(queries.messages(by, conversation, before=before or None))
    last = messages[-1].position if messages else after
    if now.unread and messages and "prefetch" not in request.headers.get("Sec-Purpose", ""):
        with tx.durable():
            actions.read_conversation(by, conversation, last)
    return {
        "conversation": now,
        "entries": talking.entries(messages, staff=staff, before=above),
        "quick_replies": () if staff else talking.quick_replies(messages),
        "last": last,
        "earlier": messages[0].position if messages and not after and messages[0].position > 1 else 0,
        "past": bool(before),
        "staff": staff,
    }


def part(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """What came since: for a page that asks again."""
    if not context.get("entries"):
        return HttpResponse(status=204)
    return render(request, "channels/talk_part.html", context)


def number(request: HttpRequest, name: str) -> int:
    """A position from the address; 0 when there is none."""
    said = request.GET.get(name, "")
    return int(said) if said.isascii() and said.isdigit() and len(said) <= faces.PAGE_DIGITS_MAX else 0


def live_address(by: Actor) -> str:
    """Where a page hears that something came: with a ticket that lets nobody read anything."""
    ticket = TimestampSigner(salt=LIVE_SALT).sign(by.person.hex if by.person else "")
    return f"/api/v1/channels/live?ticket={ticket}"


@require_POST
@limits.limited("channels.write", WRITES_PER_MINUTE, 60)
def ask_person(request: HttpRequest, handle: str) -> HttpResponse:
    """Ask for a human being."""
    by, channel = acting(request), queries.channel_by_handle(handle)
    with tx.durable():
        actions.ask_for_person(by, channel.id)
    return faces.hx_redirect(request, "channels:talk", handle, toast=gettext("Asked. Somebody will write to you here."))


@require_POST
@limits.limited("channels.write", WRITES_PER_MINUTE, 60)
def mute(request: HttpRequest, handle: str) -> HttpResponse:
    """Let nothing ring for a conversation, or ring again."""
    by, channel = acting(request), queries.channel_by_handle(handle)
    muted = request.POST.get("muted") == "1"
    with tx.durable():
        actions.mute_conversation(by, actions.begin_conversation(by, channel.id), muted)
    said = gettext("It stays quiet. Messages come all the same.") if muted else gettext("It rings again.")
    return faces.hx_redirect(request, "channels:talk", handle, toast=said)


@require_POST
@limits.limited("channels.write", WRITES_PER_MINUTE, 60)
def complain(request: HttpRequest, message: UUID) -> HttpResponse:
    """Report a message to the stewards."""
    by = acting(request)
    with tx.durable():
        actions.complain(by, MessageId(message), request.POST.get("why", ""))
    toast = gettext("Thank you. A steward will look at it.")
    return faces.hx_redirect(request, faces.back_address(request), toast=toast)


@require_safe
def go(request: HttpRequest, message: UUID) -> HttpResponse:
    """Lead on to where a button of a message leads, and note it. A browser that only looks ahead goes nowhere yet."""
    if "prefetch" in request.headers.get("Sec-Purpose", "") or request.method == "HEAD":
        return HttpResponse(status=204)
    target = request.GET.get("to", "")
    with suppress(Busy), tx.durable():  # whoever wants to go somewhere is not held up
        actions.note_clicked(acting(request), MessageId(message), target)
    return redirect(target)


@require_safe
def file(request: HttpRequest, attachment: UUID) -> FileResponse:
    """A picture or a sound, for whoever may read the conversation."""
    kept = queries.attachment(acting(request), attachment)
    if not storages["private"].exists(kept.path):
        raise NotFound(what="attachment")
    response = FileResponse(storages["private"].open(kept.path), content_type=kept.media)
    response["Cache-Control"] = "private, max-age=86400, immutable"
    response["Content-Disposition"] = "inline"
    return response


def home_cards(request: HttpRequest) -> list[HomeCard]:
    """소식: the newest conversations; what is unread stands first."""
    by = visiting(request)
    if by.person is None:
        return []
    return [
        HomeCard(
            title=thread.name,
            note=thread.said[:CARD_LENGTH] or gettext("Nothing said yet"),
            href=reverse("channels:talk", args=[thread.handle]),
            sign="comment",
            when=thread.conversation.at,
            badge=show.count(thread.conversation.unread) if thread.conversation.unread else "",
            mark=bool(thread.conversation.unread) and not thread.conversation.muted,
        )
        for thread in queries.threads(by)[:CARDS_MAX]
    ]


def me_entries(request: HttpRequest) -> list[Entry]:
    """The person's own lines."""
    return [
        Entry(
            gettext("Conversations"),
            reverse("channels:inbox"),
            sign="comment",
            note=gettext("What channels and you say to each other"),
        )
    ]


urlpatterns = [
    path("inbox/", listed, name="inbox"),
    path("inbox/search/", search, name="search"),
    path("inbox/messages/<uuid:message>/report/", complain, name="complain"),
    path("inbox/files/<uuid:attachment>/", file, name="file"),
    path("inbox/messages/<uuid:message>/go/", go, name="go"),
    path("inbox/<str:handle>/", talk, name="talk"),
    path("inbox/<str:handle>/person/", ask_person, name="ask_person"),
    path("inbox/<str:handle>/mute/", mute, name="mute"),
]
