"""The use report: every won with date, payee, purpose and proof; filed only when it balances to the won."""

import hashlib
import re
from datetime import date
from itertools import batched
from pathlib import PurePath
from uuid import UUID

from django.core.files.base import ContentFile

from dure.base import clock, ids
from dure.base.refusals import BadValue, NotFound
from dure.foundations.ledger import actions as ledger
from dure.foundations.ledger.types import LEGS_MAX, SPEND, AccountId
from dure.foundations.people.types import Actor, OrganisationId
from dure.kit import outbox, tx
from dure.services.giving import models, queries, rules
from dure.services.giving.types import BoxId, ReportFiled, Want

from .common import drop_file, lock_box, move, posting, state_of

PROOF_BYTES_MAX = 10_000_000
PROOF_KINDS = {b"%PDF": ".pdf", b"\xff\xd8\xff": ".jpg", b"\x89PNG": ".png"}
ENDING = re.compile(r"(\.[A-Za-z0-9]{1,5})+$")  # whatever the browser called it
NAME_LENGTH_MAX = 200
PAYEE_LENGTH = (1, 100)
PURPOSE_LENGTH = (2, 200)
REPORT_LINES_MAX = 500


def add_report_line(
    by: Actor, box: BoxId, spent_on: date, use: tuple[str, str, int], proof: tuple[str, bytes], *, key: str
) -> UUID:
    """Write one spending line: `use` is (payee, purpose, won), `proof` is (file name, content).

    Raises NotAllowed, WrongState, BadValue.
    """
    payee, purpose, amount = use
    name, content = proof
    digest = hashlib.sha256(content).hexdigest()
    with tx.action(by, "giving.add_report_line", key, (box, spent_on, use, digest), UUID) as done:
        if done:
            return done.answer()
        cause, locked = lock_box(box)
        rules.may_work_for_partner(by, OrganisationId(cause.partner_id))
        rules.follow(state_of(cause), Want.WRITE_REPORT)
        _check_line(payee, purpose, amount)
        rules.check_spent_on(spent_on, clock.local(locked.opens_at).date(), clock.today())
        ending = _check_proof(content)
        if models.ReportLine.objects.filter(box=locked).count() >= REPORT_LINES_MAX:
            raise BadValue(field="lines", reason="count")
        last = models.ReportLine.objects.filter(box=locked).order_by("-position").first()
        position = last.position + 1 if last else 0
        line = models.ReportLine(
            id=ids.new(),
            box=locked,
            position=position,
            spent_on=spent_on,
            payee=payee.strip(),
            purpose=purpose.strip(),
            amount=amount,
            proof_name=_proof_name(name, ending),
            proof_sha256=digest,
        )
        line.proof.save(f"{line.id}{ending}", ContentFile(content), save=False)
        line.save(force_insert=True)
        return done.keep(line.id)


def remove_report_line(by: Actor, line: UUID, *, key: str) -> None:
    """Take a line out of a report that is not filed yet. Raises NotAllowed, WrongState, NotFound."""
    with tx.action(by, "giving.remove_report_line", key, line, bool) as done:
        if done:
            return
        found = models.ReportLine.objects.filter(id=line).first()
        if found is None:
            raise NotFound(what="report_line")
        cause, _ = lock_box(BoxId(found.box_id))
        rules.may_work_for_partner(by, OrganisationId(cause.partner_id))
        rules.follow(state_of(cause), Want.WRITE_REPORT)
        drop_file(found.proof)
        found.delete()
        done.keep(True)


def file_report(by: Actor, box: BoxId, *, key: str) -> int:
    """File the report: it must balance to the won; each line becomes a transfer. Answers the number of lines.

    Raises NotAllowed, WrongState, SumDiffers, ProofMissing, BadValue.
    """
    with tx.action(by, "giving.file_report", key, box, int) as done:
        if done:
            return done.answer()
        cause, locked = lock_box(box)
        rules.may_work_for_partner(by, OrganisationId(cause.partner_id), binds=True)
        lines = queries.report_lines(box)
        days = (clock.local(locked.opens_at).date(), clock.today())
        after = rules.check_report(state_of(cause), lines, queries.totals(box).paid_out, days)
        at = move(cause, Want.FILE_REPORT, after, by)
        project, spent = AccountId(locked.project_account), AccountId(locked.spent_account)
        spending = [(project, spent, line.amount, line.id) for line in lines]
        parts = enumerate(batched(spending, LEGS_MAX))  # a long report is several postings of one commit
        ledger.post_many(
            by, [posting(ids.derived(cause.id, f"report:{n}"), part, SPEND, cause.id) for n, part in parts]
        )
        locked.reported_at = at
        locked.save(update_fields=["reported_at"])
        due = locked.report_due_on
        outbox.emit(
            ReportFiled(
                box=box,
                partner=cause.partner_id,
                spent=sum(line.amount for line in lines),
                lines=len(lines),
                on_time=due is None or clock.local(at).date() <= due,
                at=at,
            )
        )
        return done.keep(len(lines))


def _check_line(payee: str, purpose: str, amount: int) -> None:
    if not PAYEE_LENGTH[0] <= len(payee.strip()) <= PAYEE_LENGTH[1]:
        raise BadValue(field="payee", reason="length")
    if not PURPOSE_LENGTH[0] <= len(purpose.strip()) <= PURPOSE_LENGTH[1]:
        raise BadValue(field="purpose", reason="length")
    if amount <= 0:
        raise BadValue(field="amount", reason="positive")


def _proof_name(said: str, ending: str) -> str:
    """The name under which it is handed out: as it was called, with the ending that its content has."""
    name = PurePath(said.replace("\\", "/")).name
    stem = ENDING.sub("", name).strip(". ")
    return f"{stem[: NAME_LENGTH_MAX - len(ending)] or 'proof'}{ending}"


def _check_proof(content: bytes) -> str:
    """The ending that the content's own first bytes ask for; the name a browser sends proves nothing."""
    if not 0 < len(content) <= PROOF_BYTES_MAX:
        raise BadValue(field="proof", reason="size")
    for magic, ending in PROOF_KINDS.items():
        if content.startswith(magic):
            return ending
    raise BadValue(field="proof", reason="kind")
