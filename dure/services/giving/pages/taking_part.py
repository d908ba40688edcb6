"""A neighbour's pages: agree, give, cheer; own gifts won by won; take a gift back."""

import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dure.base.refusals import NotAllowed, NotFound
from dure.foundations.ledger import actions as ledger
from dure.foundations.ledger import queries as book
from dure.foundations.ledger.types import PaymentDeclined, PaymentExpired, Purpose
from dure.foundations.people import queries as people
from dure.foundations.people.types import Actor, OrganisationId
from dure.kit import faces, leaving, show, unsent
from dure.services.giving import actions, queries, rules
from dure.services.giving.actions.gifting import PURPOSE
from dure.services.giving.types import Cause, CauseFilter, CauseState, GiftId, GiftState, MatchKind, MyGift, Way

from .common import actor, cause_of, labelled, paging, unsaid
from .forms import SUMS, CommentForm, GiveForm, WhyForm
from .public import cause_context

AGREED_SHOWN = 20
both = require_http_methods(["GET", "HEAD", "POST"])


@require_POST
def agree(request: HttpRequest, code: str) -> HttpResponse:
    found = cause_of(request, code)
    count = actions.agree(actor(request), found.card.id, key=faces.form_key(request))
    said = gettext("Thank you. {n} people agree now.").format(n=show.count(count))
    return faces.hx_redirect(request, "giving:cause", code, toast=said)


@require_POST
def unagree(request: HttpRequest, code: str) -> HttpResponse:
    found = cause_of(request, code)
    actions.unagree(actor(request), found.card.id, key=faces.form_key(request))
    return faces.hx_redirect(request, "giving:cause", code, toast=gettext("Your agreement is taken back."))


@unsent.waits
@both
def give(request: HttpRequest, code: str) -> HttpResponse:
    """Choose a sum and a message, then go to the payment provider."""
    by, found = actor(request), cause_of(request, code)
    if by.person is None:
        raise NotAllowed(needs="log_in")
    ways = ledger.ways_to_pay(by)
    form = GiveForm(ways, request.POST or None, initial=_said_before(request, by, found))
    picked = request.POST.get("sum", "")
    if picked.isdigit():  # a sum was pressed: it goes into the field, and the words that were typed stay
        form = GiveForm(ways, initial={**{name: request.POST.get(name, "") for name in form.fields}, "amount": picked})
    elif request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        with faces.refusals_on(form):
            checkout = actions.begin_gift(
                by,
                found.card.id,
                said["amount"],
                (said["message"], said["name_shown"] == "yes"),
                Way(reverse("giving:paid", args=[code]), said.get("provider", "")),
                key=_key_of(request, said),
            )
            return leaving.leave_for(request, checkout)
    missing = rules.missing_to_goal(found.card.goal, found.card.totals.raised)
    return faces.form_page(
        request,
        "giving/give.html",
        form,
        cause=found,
        card=found.card,
        sums=[one for one in SUMS if one != missing],
        missing=missing if missing <= rules.GIFT_MAX else 0,
        sandbox=settings.DURE.sandbox_payments or settings.DURE.demo,
    )


@require_safe
def paid(request: HttpRequest, code: str) -> HttpResponse:
    """Back from the payment provider: the gift is completed once, however often this page is loaded."""
    found, by = cause_of(request, code), actor(request)
    returned = {name: str(value) for name, value in request.GET.items()}
    context: dict[str, Any] = {"card": found.card}
    try:
        gift = actions.complete_gift(by, returned)
    except (PaymentDeclined, PaymentExpired) as refusal:
        spoken = faces.says(refusal)
        context |= {"gift": queries.ordered_gift(returned["orderId"]), "spoken": spoken}
        return render(request, "giving/not_paid.html", context, status=spoken.status)
    if gift.state is not GiftState.GIVEN:
        turned_back = "paymentKey" not in returned and "pg_token" not in returned
        awaited = book.awaited_deposit(Purpose(PURPOSE, gift.id))
        context |= {"gift": gift, "turned_back": turned_back, "awaited": awaited}
        return render(request, "giving/not_paid.html", context)
    return faces.hx_redirect(
        request,
        "giving:gift",
        gift.id,
        toast=gettext("Thank you. Your gift of {amount} has arrived.").format(amount=show.money(gift.amount)),
    )


@unsent.waits
@require_POST
def comment(request: HttpRequest, code: str) -> HttpResponse:
    by, found = actor(request), cause_of(request, code)
    form = CommentForm(request.POST)
    if form.is_valid():
        with faces.refusals_on(form):
            text = form.cleaned_data["text"]
            matched = actions.cheer(by, found.card.id, MatchKind.COMMENT, text, key=faces.form_key(request))
            return faces.hx_redirect(request, f"{reverse('giving:cause', args=[code])}#wall", toast=_cheered(matched))
    found = cause_of(request, code)  # it may have closed meanwhile
    drawn = {"comment_form": found.card.state is CauseState.OPEN}
    context = cause_context(request, found) | {"comment_form": form} | unsaid({"comment_form": form}, drawn)
    return faces.form_page(request, "giving/cause.html", form, **context)


@require_POST
def share(request: HttpRequest, code: str) -> HttpResponse:
    """Shows the link to pass on; the first share of the day counts as a small gift."""
    found = cause_of(request, code)
    matched = actions.cheer(actor(request), found.card.id, MatchKind.SHARE, "", key=faces.form_key(request))
    return faces.hx_redirect(request, f"{reverse('giving:cause', args=[code])}#share", toast=_cheered(matched))


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """나의 나눔: gifts, agreements, proposals of the person."""
    by = actor(request)
    if by.person is None:
        raise NotAllowed(needs="log_in")
    before = request.GET.get("before", "")
    gifts = queries.my_gifts(by.person, before=_uuid(before) if before else None)
    sums = queries.my_sums(by.person)
    agreed = [one for one in queries.my_agreements(by.person) if one.state == "valid"]
    proposals = queries.page(CauseFilter(proposer=by.person), faces.page_number(request))
    return render(
        request,
        "giving/mine.html",
        {
            "gifts": gifts,
            "transfers": bool(book.awaited_deposits(by.person) or book.refunds_without_account(by.person)),
            "older": gifts[-1].id if len(gifts) == queries.OWN_MAX else None,
            "total": sums.won,
            "boxes": sums.boxes,
            "cheered": sum(one.matched for one in queries.my_cheers(by.person)),
            "proposals": labelled(proposals.cards),
            **paging(request, proposals),
            "agreed": labelled(queries.card(one.cause) for one in agreed[:AGREED_SHOWN]),
            "agreed_more": max(0, len(agreed) - AGREED_SHOWN),
            "years": sums.years,
        },
    )


@require_safe
def gift(request: HttpRequest, gift: UUID) -> HttpResponse:
    """One gift of mine: won by won, which report line spent it."""
    found = _my_gift(request, gift)
    used = queries.used(GiftId(gift)) if found.state is GiftState.GIVEN else ()
    return render(request, "giving/gift.html", {"gift": found, "used": used})


@unsent.waits
@both
def take_back(request: HttpRequest, gift: UUID) -> HttpResponse:
    """Ask for a gift back, before it is paid out."""
    found = _my_gift(request, gift)
    form = WhyForm(request.POST or None)
    form.fields["why"].required = False
    if request.method == "POST" and form.is_valid():
        with faces.refusals_on(form):
            actions.refund_gift(actor(request), GiftId(gift), form.cleaned_data["why"], key=faces.form_key(request))
            waiting = [one for one in book.payments_for(Purpose(PURPOSE, gift)) if book.refund_account_needed(one.id)]
            if waiting:
                return faces.hx_redirect(request, "ledger:refund_account", waiting[0].id)
            return faces.hx_redirect(request, "giving:mine", toast=gettext("Your gift is on its way back to you."))
    context: dict[str, Any] = {"gift": found, "too_late": not found.refundable}
    if not found.refundable:
        context["paid_out_at"] = queries.cause(found.box, actor(request)).paid_out_at
        context["contact"] = people.organisation(OrganisationId(found.partner)).contact_email
    return faces.form_page(request, "giving/take_back.html", form, **context)


def _key_of(request: HttpRequest, said: Mapping[str, Any]) -> str:
    """One key for one page and one content: who comes back from the checkout to change the sum begins another payment, who
    sends the same twice begins one.
    """
    return hashlib.sha256(repr((faces.form_key(request), sorted(said.items()))).encode()).hexdigest()


def _said_before(request: HttpRequest, by: Actor, found: Cause) -> dict[str, Any]:
    """What the form begins with: a sum from the address, or all that was typed for a gift that was not paid."""
    again, amount = request.GET.get("again", ""), request.GET.get("amount", "")
    if again:
        gift = queries.gift(GiftId(_uuid(again)))
        if gift.donor == by.person and gift.box == found.card.id:
            shown = "yes" if gift.name_shown else "no"
            paid_by = [{"provider": one.provider} for one in book.payments_for(Purpose(PURPOSE, gift.id))[:1]]
            return {"amount": gift.amount, "message": gift.message, "name_shown": shown, **dict(*paid_by)}
    return {"amount": amount if amount.isdigit() else None}


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound(what="gift") from None


def _my_gift(request: HttpRequest, gift: UUID) -> MyGift:
    by = actor(request)
    if by.person is None:
        raise NotAllowed(needs="log_in")
    return queries.my_gift(by.person, gift)


def _cheered(matched: int) -> str:
    if matched:
        return gettext("Thank you. Your cheer added {amount} from the matching fund.").format(
            amount=show.money(matched)
        )
    return gettext("Thank you for your cheer.")
