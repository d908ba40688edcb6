"""For partners and stewards. Each asks the same actions as the pages; they decide who may."""

from uuid import UUID

from django_bolt import Request

from dure.base.refusals import NotFound
from dure.foundations.people import queries as people
from dure.foundations.people.types import Actor
from dure.kit import bearer
from dure.kit.routes import Key, needs_token, takes_token
from dure.services.giving import actions, queries
from dure.services.giving.types import AgreementPage, BoxId, CauseId, DepositView, PlanView, QueueCount, WallKind, Yes

from . import shapes
from .reading import PageNumber
from .roots import actor, routes


@routes.post("/causes/{cause}/partner-answer", **needs_token)
def answer(request: Request, cause: UUID, body: shapes.Answer, key: Key) -> shapes.Added:
    """An owner of the named partner says whether it will carry the cause out."""
    return shapes.Added(actions.answer_as_partner(actor(request), CauseId(cause), body.accepts, key=key))


@routes.post("/boxes/{box}/extension", **needs_token)
def extend(request: Request, box: UUID, body: shapes.Extension, key: Key) -> shapes.Added:
    """Keep the box open longer; only before its end."""
    return shapes.Added(actions.extend(actor(request), BoxId(box), body.until, key=key))


@routes.post("/boxes/{box}/closing", **needs_token)
def close(request: Request, box: UUID, key: Key) -> shapes.Added:
    """Close a box whose time is over or whose goal is reached."""
    return shapes.Added(actions.close(actor(request), BoxId(box), key=key))


@routes.put("/boxes/{box}/plan", **needs_token)
def plan(request: Request, box: UUID, body: shapes.Plan, key: Key) -> shapes.Added:
    """Plan the sum really raised, to the won."""
    return shapes.Added(actions.revise_plan(actor(request), BoxId(box), shapes.budget(body.lines), key=key))


@routes.get("/boxes/{box}/plan", **takes_token)
def planned(request: Request, box: UUID) -> PlanView:
    """The newest plan with its approvals; nothing before there is one. Names for stewards, auditors and the partner."""
    queries.box_account(box)
    return _plan(box, people.actor(bearer.person_or_none(request)))


@routes.post("/boxes/{box}/report-lines", status_code=201, **needs_token)
def report_line(request: Request, box: UUID, body: shapes.SpendingLine, key: Key) -> shapes.Added:
    """Write one spending line with its proof."""
    proof = shapes.decoded(body.proof, "proof")
    use = (body.payee, body.purpose, body.amount)
    added = actions.add_report_line(actor(request), BoxId(box), body.spent_on, use, (body.proof_name, proof), key=key)
    return shapes.Added(added)


@routes.post("/report-lines/{line}/removal", **needs_token)
def remove_line(request: Request, line: UUID, key: Key) -> shapes.Added:
    """Take a line out of a report that is not filed yet."""
    actions.remove_report_line(actor(request), line, key=key)
    return shapes.Added(line)


@routes.post("/boxes/{box}/report", **needs_token)
def file_report(request: Request, box: UUID, key: Key) -> shapes.Count:
    """File the report; it must balance to the won. Answers its number of lines."""
    return shapes.Count(actions.file_report(actor(request), BoxId(box), key=key))


@routes.get("/desk", **needs_token)
def desk(request: Request) -> QueueCount:
    """How much waits for stewards."""
    return queries.queue_counts(actor(request))


@routes.get("/causes/{cause}/agreements", **needs_token)
def agreements(request: Request, cause: UUID, page: PageNumber = 1) -> AgreementPage:
    """A page of the agreements, newest first, for a steward who looks for false ones."""
    return queries.agreements(cause, actor(request), page)


@routes.post("/agreement-invalidations", **needs_token)
def invalidate(request: Request, body: shapes.Strike, key: Key) -> shapes.Count:
    """Strike false agreements out; answers how many stand."""
    return shapes.Count(actions.invalidate(actor(request), tuple(body.agreements), body.why, key=key))


@routes.post("/causes/{cause}/vetting", **needs_token)
def vet(request: Request, cause: UUID, body: shapes.Vetting, key: Key) -> shapes.Added:
    """A steward's word: approve, needs_work or reject."""
    by, found = actor(request), CauseId(cause)
    if body.verdict == "approve":
        actions.approve(by, found, Yes(body.round, tuple(body.marks), body.comment, body.emergency), key=key)
    elif body.verdict == "reject":
        actions.reject(by, found, body.comment, key=key)
    else:
        actions.ask_work(by, found, body.comment, key=key)
    return shapes.Added(cause)


@routes.put("/causes/{cause}/registration", **needs_token)
def register(request: Request, cause: UUID, body: shapes.Registration, key: Key) -> shapes.Added:
    """A steward writes down the number under which the authority registered this collection."""
    return shapes.Added(actions.register_collection(actor(request), CauseId(cause), body.number, key=key))


@routes.post("/boxes/{box}/plan-approval", **needs_token)
def approve_plan(request: Request, box: UUID, body: shapes.PlanApproval, key: Key) -> PlanView:
    """A steward's yes to the plan of that version: the one they have read."""
    by = actor(request)
    actions.approve_plan(by, BoxId(box), body.version, key=key)
    return _plan(box, by)


@routes.post("/boxes/{box}/plan-rejection", **needs_token)
def reject_plan(request: Request, box: UUID, body: shapes.StrictReason, key: Key) -> shapes.Added:
    """Send the plan back."""
    return shapes.Added(actions.reject_plan(actor(request), BoxId(box), body.why, key=key))


@routes.post("/boxes/{box}/payout", **needs_token)
def pay_out(request: Request, box: UUID, key: Key) -> shapes.Sum:
    """Pay the box out to its partner."""
    return shapes.Sum(actions.pay_out(actor(request), BoxId(box), key=key))


@routes.post("/boxes/{box}/stop", **needs_token)
def stop(request: Request, box: UUID, body: shapes.StrictReason, key: Key) -> shapes.Added:
    """Stop a box; every gift goes back."""
    return shapes.Added(actions.stop(actor(request), BoxId(box), body.why, key=key))


@routes.post("/boxes/{box}/wall/{kind}/{entry}/hiding", **needs_token)
def hide(request: Request, box: UUID, kind: WallKind, entry: UUID, key: Key) -> shapes.Added:
    """A steward hides the words of a gift or a comment."""
    actions.hide_words(actor(request), BoxId(box), kind, entry, key=key)
    return shapes.Added(entry)


@routes.post("/boxes/{box}/wall/{kind}/{entry}/showing", **needs_token)
def show(request: Request, box: UUID, kind: WallKind, entry: UUID, key: Key) -> shapes.Added:
    """A steward shows hidden words again, or lets words stand that readers object to."""
    actions.show_words(actor(request), BoxId(box), kind, entry, key=key)
    return shapes.Added(entry)


@routes.post("/funds", status_code=201, **needs_token)
def open_fund(request: Request, body: shapes.NewFund, key: Key) -> shapes.Added:
    """Open a matching fund."""
    return shapes.Added(actions.open_fund(actor(request), body.name, None, key=key))


@routes.post("/funds/{fund}/deposits", status_code=201, **needs_token)
def deposit(request: Request, fund: UUID, body: shapes.Deposit, key: Key) -> shapes.Added:
    """Enter a sponsor's deposit as the bank shows it; from 10,000,000 won on another steward confirms it before it counts."""
    return shapes.Added(actions.top_up(actor(request), fund, body.amount, body.reference, key=key))


@routes.get("/desk/deposits", **needs_token)
def deposits(request: Request) -> list[DepositView]:
    """Deposits of sponsors: those that wait for a second steward first, then the newest."""
    return list(queries.deposits(actor(request)))


@routes.post("/deposits/{deposit}/confirmation", **needs_token)
def confirm_deposit(request: Request, deposit: UUID, key: Key) -> shapes.Added:
    """A second steward has seen the deposit at the bank, too: now it counts."""
    return shapes.Added(actions.confirm_deposit(actor(request), deposit, key=key))


@routes.post("/deposits/{deposit}/taking-back", **needs_token)
def take_deposit_back(request: Request, deposit: UUID, body: shapes.StrictReason, key: Key) -> shapes.Added:
    """Drop a deposit that was entered by mistake, or take it out of the book while all of it is still in the fund."""
    return shapes.Added(actions.take_deposit_back(actor(request), deposit, body.why, key=key))


def _plan(box: UUID, by: Actor) -> PlanView:
    found = queries.plan(box, by)
    if found is None:
        raise NotFound(what="plan")
    return found
