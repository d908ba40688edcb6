"""Pages of who speaks: write or record, look at it once more, send, take back, see who heard, whom to visit."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from procrastinate.contrib.django import app

from dure.base import clock
from dure.base.refusals import BadValue, NotAllowed, NotFound
from dure.foundations.people import queries as people
from dure.foundations.people.types import Actor
from dure.kit import faces, guards
from dure.services.broadcast import actions, queries
from dure.services.broadcast.names import STANDINGS
from dure.services.broadcast.rules import permits
from dure.services.broadcast.rules import studio as rules
from dure.services.broadcast.types import (
    Announcement,
    AnnouncementId,
    AnnouncementState,
    Kind,
    ReachId,
    Standing,
    Village,
    VillageId,
)

from .common import actor, said_of, shown_number, sound_on_page, spoken_on_page
from .forms import SpeakForm, typed_of
from .listening import sentences
from .starters import BLANK, starters
from .translating import fields_of

both = require_http_methods(["GET", "HEAD", "POST"])
SOON = {"seconds": rules.UNDO_SECONDS + 1}  # when nobody can take it back any more
MORE = ("kind", "airs", "repeats", "until")  # what stands behind one line until somebody wants it
PLAIN = (None, "", Kind.NOTICE.value)
SHOWN = (Standing.HEARD, Standing.WAITING, Standing.TO_VISIT, Standing.VISITED, Standing.EXPIRED, Standing.LEFT)


@require_safe
def spoken(request: HttpRequest) -> HttpResponse:
    """What was said to my villages, the newest first; what waits for my word; the lists of people to visit."""
    by = actor(request)
    mine, written = _villages(by), queries.spoken_by(by)
    wanted = queries.words_wanted(one.id for one in written)
    context = {
        "items": [{**said_of(one), "words_wanted": one.id in wanted} for one in written],
        "waiting": [said_of(one) for one in queries.waiting_for_second(by)],
        "villages": [
            {
                "village": one,
                "to_visit": sum(not each.visited for each in queries.to_visit(by, one.id)),
                "untold": len({line.number for line in queries.untold(by, one.id)}),
                "asked": len(queries.requests_to(by, one.id)),
            }
            for one in mine
        ],
    }
    return render(request, "broadcast/studio.html", context)


@both
def speak(request: HttpRequest) -> HttpResponse:
    """Say something: a voice, or words, or both, to which villages. `?again=` begins with what was said before."""
    return _written(request, None)


@both
def change(request: HttpRequest, announcement: UUID) -> HttpResponse:
    """Write a draft anew."""
    found = queries.announcement_for(actor(request), AnnouncementId(announcement))
    if found.state is not AnnouncementState.DRAFT:
        raise NotFound(what="draft")
    return _written(request, found)


def _written(request: HttpRequest, before: Announcement | None) -> HttpResponse:
    by = actor(request)
    mine, begun = _villages(by), _begun(request, by) if before is None else _typed(before)
    has_voice = before is not None and before.seconds > 0
    unwritten = before.words if before is not None and begun.get("spoken") else spoken_on_page(by.name)
    form = SpeakForm(mine, request.POST or None, request.FILES or None, initial=begun, has_voice=has_voice)
    if request.method == "POST" and form.is_valid():
        with faces.refusals_on(form):
            made = actions.write_announcement(
                by,
                form.said(permits.somebody(by), unwritten),
                form.voice_of(),
                key=faces.form_key(request),
                instead_of=before.id if before else None,
            )
            app.configure_task("broadcast.make_voices_soon").defer()  # so that its author hears it before it is sent
            return faces.hx_redirect(request, "broadcast:look", made.id)
        form.lose_voice()
    context = {
        "before": before,
        "seconds_max": rules.RECORDING_SECONDS_MAX,
        "starters": starters(),
        "blank": BLANK,
        "village": mine[0] if len(mine) == 1 else None,
        "spoken_again": bool(begun.get("spoken")),
        "more": any(name in form.errors or form[name].value() not in PLAIN for name in MORE),
    }
    return guards.permit(faces.form_page(request, "broadcast/speak.html", form, **context), "microphone")


def _typed(found: Announcement) -> dict[str, Any]:
    """An announcement as it was typed; of one that was only spoken the words stay empty."""
    spoken = bool(queries.words_wanted([found.id]))
    return {**typed_of(found), **({"words": "", "spoken": True} if spoken else {})}


def _begun(request: HttpRequest, by: Actor) -> dict[str, Any]:
    """What a new one begins with: what was said before, where that is asked for; of a voice only the villages."""
    again = request.GET.get("again", "")
    if request.method == "POST" or not again:
        return {}
    found = _spoken(by, _id(again, "again"))
    typed = {**_typed(found), **({"spoken": True} if found.seconds else {})}
    return {name: typed[name] for name in ("words", "villages", "kind", "spoken") if name in typed}


@require_safe
def look(request: HttpRequest, announcement: UUID) -> HttpResponse:
    """A draft as it will be heard, with its villages to confirm; or how far one is that was sent."""
    by = actor(request)
    found = _spoken(by, announcement)
    said = said_of(found)
    if found.state is AnnouncementState.DRAFT:
        context = {
            **said,
            **sound_on_page(found),
            "fields": fields_of(found),
            "sentences": sentences(said["words"]),
            "is_urgent": found.kind is Kind.URGENT,
            "words_wanted": bool(queries.words_wanted([found.id])),
            "only": found.villages[0] if len(_villages(by)) == len(found.villages) == 1 else None,
        }
        return render(request, "broadcast/draft.html", context)
    counted = queries.counted(by, found.id)
    seconds = max(0, round((said["first"] - clock.now()).total_seconds())) if said["is_undoable"] else 0
    context = {
        **said,
        **sound_on_page(found),
        "sentences": sentences(said["words"]),
        "author": people.names([found.author]).get(found.author, ""),
        "heard": counted.heard,
        "listeners": counted.listeners,
        "standings": [(STANDINGS[one], counted.by_standing[one]) for one in SHOWN if one in counted.by_standing],
        "undo_seconds": seconds if seconds <= rules.UNDO_SECONDS else 0,
        "may_agree": found.state is AnnouncementState.ASKED and by.person != found.author,
        "again": f"{reverse('broadcast:speak')}?again={found.id}",
        "going": said["is_on_air"] or said["is_undoable"],
        "village_list": found.villages,
        "fields": fields_of(found) if found.state in (AnnouncementState.ASKED, AnnouncementState.SENT) else (),
        "words_wanted": found.state is not AnnouncementState.TAKEN_BACK and bool(queries.words_wanted([found.id])),
        "halls": queries.played_in_halls(by, found.id) if said["at"] else (),
    }
    return render(request, "broadcast/sent.html", context)


@require_POST
def send(request: HttpRequest, announcement: UUID) -> HttpResponse:
    """Send a draft to the villages that were ticked once more."""
    by = actor(request)
    confirmed = frozenset(VillageId(_id(one)) for one in request.POST.getlist("confirmed"))
    sent = actions.send_announcement(by, AnnouncementId(announcement), confirmed, key=faces.form_key(request))
    return _gone(request, sent)


@require_POST
def agree(request: HttpRequest, announcement: UUID) -> HttpResponse:
    """Stand behind an urgent one of somebody else."""
    sent = actions.agree_announcement(actor(request), AnnouncementId(announcement), key=faces.form_key(request))
    return _gone(request, sent)


@require_POST
def by_number(request: HttpRequest, announcement: UUID) -> HttpResponse:
    """Send an urgent one by the numbers of its villages, where nobody else can be reached."""
    by = actor(request)
    found = _spoken(by, announcement)
    given = {one.id: request.POST.get(f"number-{one.id}", "") for one in found.villages}
    return _gone(request, actions.agree_by_number(by, found.id, given, key=faces.form_key(request)))


@require_POST
def take_back(request: HttpRequest, announcement: UUID) -> HttpResponse:
    """Take it back before it is on the air."""
    actions.take_back(actor(request), AnnouncementId(announcement))
    return faces.hx_redirect(request, "broadcast:look", announcement, toast=gettext("Taken back. Nobody heard it."))


@require_POST
def end(request: HttpRequest, announcement: UUID) -> HttpResponse:
    """Say no more of it."""
    actions.end_announcement(actor(request), AnnouncementId(announcement))
    said = gettext("Ended. Nobody else is told.")
    return faces.hx_redirect(request, "broadcast:look", announcement, toast=said)


@require_POST
def throw_away(request: HttpRequest, announcement: UUID) -> HttpResponse:
    """Throw a draft away."""
    actions.throw_away(actor(request), AnnouncementId(announcement))
    return faces.hx_redirect(request, "broadcast:studio", toast=gettext("Thrown away."))


@require_safe
def visits(request: HttpRequest, code: str) -> HttpResponse:
    """Whom no way reached: by name, with what was said, to tick off."""
    by, found = actor(request), queries.village_by_code(code)
    listed = queries.to_visit(by, found.id)
    names = people.names([one.person for one in listed if one.person])
    rows = [
        (
            one.visited,
            {
                "one": one,
                "name": names.get(one.person, "") if one.person else one.name,
                "number": shown_number(one.number),
            },
        )
        for one in listed
    ]
    context = {
        "village": found,
        "untold": [{"one": one, "number": shown_number(one.number)} for one in queries.untold(by, found.id)],
        "left": [row for visited, row in rows if not visited],
        "done": [row for visited, row in rows if visited],
    }
    return render(request, "broadcast/visits.html", context)


@require_POST
def visit(request: HttpRequest, code: str, reach: UUID) -> HttpResponse:
    """Tick somebody off, or take the tick back."""
    visited = request.POST.get("visited") == "yes"
    actions.note_visit(actor(request), ReachId(reach), visited=visited)
    undo = "" if visited else gettext("Back on the list.")
    return faces.hx_redirect(request, "broadcast:visits", code, toast=undo or gettext("Noted that you were there."))


def _gone(request: HttpRequest, sent: Announcement) -> HttpResponse:
    """To the page on which it can be taken back; it airs by itself when that is over."""
    if sent.state is AnnouncementState.SENT and sent.airs is None:
        app.configure_task("broadcast.air_soon", schedule_in=SOON).defer()
    return faces.hx_redirect(request, "broadcast:look", sent.id)


def _spoken(by: Actor, announcement: UUID) -> Announcement:
    """An announcement for who speaks to its villages."""
    found = queries.announcement_for(by, AnnouncementId(announcement))
    spoken_to = {one.id for one in queries.villages_spoken_to(permits.somebody(by))}
    if not {one.id for one in found.villages} <= spoken_to:
        raise NotFound(what="announcement")
    return found


def _villages(by: Actor) -> tuple[Village, ...]:
    """The villages to which somebody speaks; without one there is no studio. Raises NotAllowed."""
    mine = queries.villages_spoken_to(permits.somebody(by))
    if not mine:
        raise NotAllowed(needs="office")
    return mine


def _id(text: str, field: str = "confirmed") -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise BadValue(field=field, reason="malformed") from error
