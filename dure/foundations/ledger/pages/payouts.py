"""The desk pages of payouts: what waits for the bank, the files that go there, one file with all that can be done with it."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dure.base.refusals import NotFound
from dure.foundations.ledger import actions, queries
from dure.foundations.ledger.rules import payouts as rules
from dure.foundations.ledger.rules.settling import REFERENCE_LENGTH_MAX
from dure.foundations.ledger.types import (
    BankLine,
    FileForm,
    FileState,
    Payout,
    PayoutFile,
    PayoutFileId,
    PayoutFileWhole,
    PayoutLine,
)
from dure.foundations.people import queries as people
from dure.foundations.people.types import Actor, PersonId
from dure.kit import faces, show, unsent

from .acting import acting
from .words import FILE_FORMS, FILE_STATES, FILE_STEPS, LINE_STATES

CONTENT_TYPES = {FileForm.CSV: "text/csv; charset=cp949", FileForm.PAIN: "application/xml; charset=utf-8"}
CONFIRM = "confirm"


class ChoiceForm(forms.Form):
    """Which payouts go into the file."""

    def __init__(self, waiting: tuple[Payout, ...], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ready = [one for one in waiting if one.ready]
        self.fields["payouts"] = forms.TypedMultipleChoiceField(
            label=_("Payouts for this file"),
            coerce=UUID,
            widget=forms.CheckboxSelectMultiple,
            choices=[(str(one.id), _choice(one)) for one in ready],
            initial=[str(one.id) for one in ready],
        )


class SentForm(forms.Form):
    """A line of the bank statement: what left."""

    amount = forms.IntegerField(
        label=_("Sum that left our account, in won"),
        help_text=_("Copy it from the bank statement, not from this page."),
    )
    reference = forms.CharField(label=_("Number of the bank's line"), max_length=REFERENCE_LENGTH_MAX)


class WhyForm(forms.Form):
    """Why a line came back."""

    why = forms.CharField(
        label=_("What does the bank say?"), min_length=rules.WHY_LENGTH[0], max_length=rules.WHY_LENGTH[1]
    )


@unsent.waits
@require_http_methods(["GET", "HEAD", "POST"])
def listed(request: HttpRequest) -> HttpResponse:
    """What waits for the bank, and the files, the latest first. A steward puts payouts into a new file."""
    by, _me = acting(request)
    waiting = queries.payouts_waiting(by)
    form = ChoiceForm(waiting, request.POST or None)
    if request.method == "POST" and form.is_valid():
        with faces.refusals_on(form):
            file = actions.prepare_payouts(by, form.cleaned_data["payouts"], key=faces.form_key(request))
            said = gettext("The file is ready. Another steward looks at it and releases it.")
            return faces.hx_redirect(request, "ledger-desk:payout_file", file, toast=said)
    page = queries.payout_files(by, _state(request), request.GET.get("q", ""), faces.page_number(request))
    return faces.form_page(
        request,
        "ledger/desk_payouts.html",
        form,
        waiting=waiting,
        unready=[one for one in waiting if not one.ready],
        may_act=by.is_steward,
        rows=[_row(file) for file in page.files],
        asked=bool(request.GET.get("q") or request.GET.get("state")),
        states=[(gettext("All"), ""), *((word, state.value) for state, (word, _tone) in FILE_STATES.items())],
        earlier=_link(request, page.page - 1, page.pages),
        later=_link(request, page.page + 1, page.pages),
    )


@require_safe
def one(request: HttpRequest, file: UUID) -> HttpResponse:
    """One file: its lines, its papers, what was done with it and what can be done."""
    return _shown(request, file, "", forms.Form())


@require_POST
def release(request: HttpRequest, file: UUID) -> HttpResponse:
    """Sign it as the second person."""
    by, _me = acting(request)
    actions.release_payouts(by, PayoutFileId(file), key=faces.form_key(request))
    return _back(request, file, gettext("Released. Download it and hand it in at the bank."))


@require_POST
def drop(request: HttpRequest, file: UUID) -> HttpResponse:
    """Give it up before it was released."""
    by, _me = acting(request)
    actions.drop_payouts(by, PayoutFileId(file), key=faces.form_key(request))
    return _back(request, file, gettext("Dropped. Its payouts wait again."))


@require_POST
def paper(request: HttpRequest, file: UUID, form: str) -> HttpResponse:
    """The bytes for the bank. By a button, not a link: who read the account numbers is written down."""
    by, _me = acting(request)
    if form not in set(FileForm):
        raise NotFound(what="paper")
    known = queries.payout_file(by, file)
    content = actions.read_payouts(by, PayoutFileId(file), FileForm(form))
    answer = HttpResponse(content, content_type=CONTENT_TYPES[FileForm(form)])
    answer["Content-Disposition"] = f'attachment; filename="dure-payout-{known.file.code}.{form}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@unsent.waits
@require_POST
def confirm(request: HttpRequest, file: UUID) -> HttpResponse:
    """What the bank took, under its number."""
    by, _me = acting(request)
    form = SentForm(request.POST)
    if form.is_valid():
        with faces.refusals_on(form):
            line = BankLine(form.cleaned_data["amount"], form.cleaned_data["reference"])
            actions.confirm_payouts(by, PayoutFileId(file), line, key=faces.form_key(request))
            return _back(request, file, gettext("Booked to the won. The money has arrived."))
    return _shown(request, file, CONFIRM, form)


@unsent.waits
@require_POST
def came_back(request: HttpRequest, line: UUID) -> HttpResponse:
    """A line that the bank returned."""
    by, _me = acting(request)
    form = WhyForm(request.POST, auto_id=f"{line}_%s")
    if form.is_valid():
        with faces.refusals_on(form):
            file = actions.return_payout(by, line, form.cleaned_data["why"], key=faces.form_key(request))
            return _back(request, file, gettext("Entered. The payout waits for the next file."))
    return _shown(request, queries.payout_file_of(line), str(line), form)


def _back(request: HttpRequest, file: UUID, said: str) -> HttpResponse:
    return faces.hx_redirect(request, "ledger-desk:payout_file", file, toast=said)


def _shown(request: HttpRequest, file: UUID, typed: str, form: forms.Form) -> HttpResponse:
    by, _me = acting(request)
    whole = queries.payout_file(by, file)
    return faces.form_page(
        request,
        "ledger/desk_payout_file.html",
        form,
        whole=whole,
        file=whole.file,
        **_said(by, whole),
        lines=[_line(line, form if typed == str(line.id) else None) for line in whole.lines],
        bank=form if typed == CONFIRM else SentForm(),
    )


def _said(by: Actor, whole: PayoutFileWhole) -> dict[str, Any]:
    names = people.names(PersonId(step.by) for step in whole.steps)
    word, tone = FILE_STATES[whole.file.state]
    return {
        "state": word,
        "tone": tone,
        "may_act": by.is_steward,
        "own": by.person == whole.file.prepared_by,
        "papers": [(paper, FILE_FORMS[paper.form]) for paper in whole.papers],
        "steps": [
            {
                "title": FILE_STEPS[step.want],
                "note": " · ".join(text for text in (names.get(PersonId(step.by), ""), step.note) if text),
                "end": show.moment(step.at),
            }
            for step in reversed(whole.steps)
        ],
    }


def _row(file: PayoutFile) -> dict[str, Any]:
    word, tone = FILE_STATES[file.state]
    return {"file": file, "state": word, "tone": tone}


def _line(line: PayoutLine, typed: forms.Form | None) -> dict[str, Any]:
    word, tone = LINE_STATES[line.state]
    return {"one": line, "state": word, "tone": tone, "form": typed or WhyForm(auto_id=f"{line.id}_%s")}


def _choice(one: Payout) -> str:
    said = f"{one.payee_name} · {one.title} · {show.money(one.amount)}"
    return f"{said} · {gettext('came back before')}" if one.returned else said


def _state(request: HttpRequest) -> FileState | None:
    asked = request.GET.get("state", "")
    return FileState(asked) if asked in set(FileState) else None


def _link(request: HttpRequest, number: int, pages: int) -> str:
    query = request.GET.copy()
    query["page"] = str(number)
    return f"?{query.urlencode()}" if 1 <= number <= pages else ""
