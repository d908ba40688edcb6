"""What everybody may look at: the list, a cause with its box, its wall, its open ledger."""

from typing import Any
from uuid import UUID

from django.core.files.storage import storages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from dure.foundations.ledger import queries as law
from dure.foundations.ledger.types import law as law_types
from dure.foundations.people import queries as people
from dure.foundations.people.types import OrganisationId, PersonId
from dure.foundations.places import queries as places
from dure.kit import faces, show
from dure.services.giving import queries, rules
from dure.services.giving.names import STATES, TOPICS
from dure.services.giving.types import BoxId, Cause, CauseFilter, CauseState, Order, PartnerState, Topic, Want

from . import donate_action
from .common import AFTER_GATE, actor, alike, cause_of, flow_shares, labelled, paging, state_tone
from .forms import CommentForm, WithdrawForm
from .words import AUTHORITIES, DUTIES, ORDERS

PREVIEW_LENGTH = 120
PICTURE_KEPT = "public, max-age=3600"
SHOWN = {
    "open": (CauseState.OPEN,),
    "gate": (CauseState.PROPOSED,),
    "after": (CauseState.CLOSED, CauseState.PLANNED, CauseState.PAID_OUT),
    "reported": (CauseState.REPORTED,),
}


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The list of causes, with search, filters and order."""
    wanted = _filter(request)
    page = queries.page(wanted, faces.page_number(request))
    return render(
        request,
        "giving/list.html",
        {
            "items": labelled(page.cards),
            **paging(request, page),
            "kinds": [
                (gettext("Open"), ""),
                (gettext("Emergencies"), "emergency"),
                (gettext("Gathering agreement"), "gate"),
                (gettext("In use"), "after"),
                (gettext("Reported"), "reported"),
                (gettext("All"), "all"),
            ],
            "topics": [(gettext("Every topic"), ""), *((TOPICS[one], one.value) for one in Topic)],
            "orders": [(ORDERS[one], "" if one is Order.NEWEST else one.value) for one in Order],
            "narrowed": bool(request.GET),
        },
    )


@require_safe
def cause(request: HttpRequest, code: str) -> HttpResponse:
    """A cause from proposal to report: one page for its whole life."""
    found = cause_of(request, code)
    return render(request, "giving/cause.html", cause_context(request, found))


@require_safe
def picture(request: HttpRequest, picture: UUID) -> FileResponse:
    """A picture of a cause, for those who may see the cause: a draft's for its proposer alone."""
    path, for_all = queries.picture_file(picture, actor(request))
    response = FileResponse(storages["private"].open(path), content_type="image/webp")
    response["Cache-Control"] = PICTURE_KEPT if for_all else "private, no-store"
    return response


def cause_context(request: HttpRequest, found: Cause) -> dict[str, Any]:
    """Everything the page of a cause shows to this person."""
    by, card, asked = actor(request), found.card, queries.legal_duties(found)
    wants = rules.wants_from(card.state)
    boxed = card.state in AFTER_GATE and card.opens_at is not None
    mine = queries.my_gifts(by.person, card.id) if by.person and boxed else ()
    region = places.regions({card.region}).get(card.region)
    context: dict[str, Any] = {
        "cause": found,
        "card": card,
        "code": card.code,
        "state": STATES[card.state],
        "tone": state_tone(card.state),
        "topic": TOPICS[card.topic],
        "region": region.path if region else "",
        "address": request.build_absolute_uri(request.path),
        "boxed": boxed,
        "donate_action": donate_action.block(found),
        "preview": _preview(found),
        "similar": alike(card.title, card.id) if card.state is CauseState.DRAFT else (),
        "open": card.state is CauseState.OPEN,
        "gate": card.state is CauseState.PROPOSED,
        "is_proposer": by.person is not None and by.person == found.proposer,
        "is_partner": by.works_for(OrganisationId(card.partner)),
        "may_answer": by.owns(OrganisationId(card.partner)) and Want.ANSWER_AS_PARTNER in wants,
        "asked": found.partner_state is PartnerState.ASKED,
        "is_steward": by.is_steward,
        "may_look": rules.looks(by),
        "has_agreed": queries.has_agreed(card.id, by.person),
        "gate_ends_at": found.gate_ends_at,
        "wants": {want.value for want in wants},
        "steps": _steps(request, found),
        "lines": found.plan or found.lines,
        "lines_total": sum(line.amount for line in found.plan or found.lines),
        "planned": bool(found.plan),
        "comment_form": CommentForm(),
        "withdraw_form": WithdrawForm(auto_id="withdraw_%s"),
        "matched_today": queries.matched_today(card.id, by.person) if boxed else False,
        "mine": mine,
        "proposer_name": people.names({PersonId(found.proposer)}).get(PersonId(found.proposer), ""),
        "duty_rows": [_duty_row(duty, asked.opened) for duty in asked.duties],
        "cap_at_goal": asked.costs_max_at_goal if card.totals.raised < card.goal else 0,
    }
    if boxed:
        flow = queries.money_flow(card.id)
        context |= {
            "match": queries.match_now(card.emergency) if card.state is CauseState.OPEN else None,
            "flow": flow_shares(flow),
            "flow_at": flow.at,
            "missing": rules.missing_to_goal(card.goal, card.totals.raised),
            **_wall(card.id, by.is_steward),
            "ranking": queries.ranking(card.id),
            "report": queries.report_lines(card.id) if found.reported_at else (),
            "cap": asked.costs_max,
        }
    if card.state is CauseState.NEEDS_WORK and (context["is_proposer"] or context["is_partner"] or context["may_look"]):
        context["checks"] = queries.vetting_words(card.id, by)
    return context


def _wall(box: BoxId, watched: bool) -> dict[str, Any]:
    """The wall as the page begins with it."""
    entries = queries.wall(box, watched=watched)
    return {
        "wall": entries,
        "watched": watched,
        "more": entries[-1].id if len(entries) == queries.WALL_SIZE else None,
        "newest": entries[0].id if entries else None,
    }


def _preview(found: Cause) -> str:
    """What a messenger writes below the title where the address is shared: how far it is, and how the story begins."""
    card = found.card
    if card.opens_at:
        so_far = gettext("{won} · {percent} of the goal").format(
            won=show.money(card.totals.raised), percent=show.percent(card.totals.raised, card.goal)
        )
    else:
        so_far = gettext("{n} of {all} people agree").format(
            n=show.count(card.agreements), all=show.count(card.agreements_needed)
        )
    return f"{so_far} · {Truncator(found.story).chars(PREVIEW_LENGTH)}"


def _duty_row(duty: law_types.Duty, opened: bool) -> dict[str, str]:
    """A duty in words: what, with whom, by which paragraph, until when. Days are known once the box is open."""
    before = gettext("before it opens") if duty.kind is law_types.DutyKind.REGISTER else gettext("later")
    said = [str(AUTHORITIES[duty.authority])] if duty.authority else []
    source = law.SOURCES[duty.paragraph]
    return {
        "title": str(DUTIES[duty.kind]),
        "note": " · ".join([*said, f"「{source.act}」 {source.article}"]),
        "end": (show.day(duty.due) if duty.due else gettext("later")) if opened else before,
    }


def _steps(request: HttpRequest, found: Cause) -> list[dict[str, Any]]:
    """The life of the cause as steps: what was, what is, what comes."""
    path = [  # the state that is reached when the stage is done, and the stage
        (CauseState.PROPOSED, gettext("Proposal")),
        (CauseState.VETTING, gettext("{n} people agree").format(n=show.count(found.card.agreements_needed))),
        (CauseState.OPEN, gettext("Check by the stewards")),
        (CauseState.CLOSED, gettext("Gifts come in")),
        (CauseState.PLANNED, gettext("Plan for the sum raised")),
        (CauseState.PAID_OUT, gettext("Approval by two and payout")),
        (CauseState.REPORTED, gettext("Report of every won")),
    ]
    entries = queries.history(found.card.id, actor(request))
    reached = {entry.after: entry.at for entry in entries if entry.before is not entry.after}
    order = [state for state, _ in path]
    here = CauseState.VETTING if found.card.state is CauseState.NEEDS_WORK else found.card.state
    at = order.index(here) if here in order else -1
    ended = found.card.state in (*rules.FINAL, CauseState.STOPPED) and found.card.state is not CauseState.REPORTED
    steps: list[dict[str, Any]] = []
    for index, (state, title) in enumerate(path):
        if ended and state not in reached:
            continue
        done = ended or index <= at
        is_now = not ended and index == at + 1
        steps.append(
            {
                "title": title,
                "note": gettext("now: {state}").format(state=STATES[found.card.state]) if is_now else "",
                "when": reached.get(state) if done else None,
                "state": "now" if is_now else "done" if done else "next",
            }
        )
    if ended:
        end = reached.get(found.card.state)
        steps.append({"title": STATES[found.card.state], "when": end, "state": "bad"})
    return steps


def _filter(request: HttpRequest) -> CauseFilter:
    asked = request.GET
    topic, order = asked.get("topic", ""), asked.get("order", "")
    kind = asked.get("kind", "")
    words = asked.get("q", "")[:100]
    return CauseFilter(
        words=words,
        states=() if kind == "all" or (words and not kind) else SHOWN.get(kind, SHOWN["open"]),
        topic=Topic(topic) if topic in set(Topic) else None,
        region=asked.get("region", "")[:10] if asked.get("region", "").isdigit() else "",
        emergency=kind == "emergency" or asked.get("emergency") == "1",
        order=Order(order) if order in set(Order) else Order.NEWEST,
    )
