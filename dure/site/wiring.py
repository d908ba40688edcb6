"""All consequences on one page: which actions follow which news. Reactions are safe to run again."""

from collections.abc import Sequence
from uuid import UUID

from dure.foundations.ledger import tasks as ledger_tasks
from dure.foundations.ledger.types import (
    PaymentCaptured,
    PaymentCapturedLate,
    PaymentFailed,
    RefundAsked,
    RefundRefused,
    WebhookSent,
)
from dure.foundations.people import tasks as people_tasks
from dure.foundations.people.types import MemberInvited, RoleAsked, RoleSuspended, system
from dure.kit.outbox import Wiring
from dure.services.giving import actions as giving
from dure.services.giving import tasks as giving_tasks
from dure.services.giving.types import (
    AgreementEnded,
    AgreementGiven,
    BoxClosed,
    BoxOpened,
    BoxStopped,
    CauseProposed,
    GiftRefunded,
    GiftsReceived,
    MatchGiven,
    MatchReturned,
    PartnerAsked,
    PayoutPaid,
    RegularPaused,
    ReportFiled,
)
from dure.site import counting, mapping

wiring = Wiring()


def settle_gift(news: PaymentCaptured | PaymentCapturedLate | PaymentFailed, news_id: UUID) -> None:
    """What a payment became decides what its gift is, whoever learned of it first."""
    if news.purpose == giving.PURPOSE:
        giving.settle_payment(system("wiring.settle_gift"), news.payment)


wiring.on(MemberInvited, people_tasks.write_invitation)
wiring.on(RoleAsked, people_tasks.write_role_waits)
wiring.on(RoleSuspended, people_tasks.write_role_waits)
wiring.on(WebhookSent, ledger_tasks.take_webhook)
wiring.on_many(RefundAsked, ledger_tasks.write_refund_accounts)
wiring.on_many(RefundRefused, ledger_tasks.write_refund_accounts)
wiring.on(PaymentCaptured, settle_gift)
wiring.on(PaymentCapturedLate, settle_gift)
wiring.on(PaymentFailed, settle_gift)


def attest_gifts(told: Sequence[tuple[GiftsReceived, UUID]]) -> None:
    """Gifts that stand can be receipted."""
    giving.attest_gifts(system("wiring.attest_gifts"), [news for news, _ in told])


def unattest_gift(news: GiftRefunded, news_id: UUID) -> None:
    """A gift that went back is on no receipt."""
    giving.unattest_gift(system("wiring.unattest_gift"), news)


wiring.on_many(GiftsReceived, attest_gifts)
wiring.on(GiftRefunded, unattest_gift)

wiring.on(PartnerAsked, giving_tasks.write_partner_asked)
wiring.on(PayoutPaid, giving_tasks.write_donors)
wiring.on(ReportFiled, giving_tasks.write_donors)
wiring.on(RegularPaused, giving_tasks.write_regular_paused)

wiring.on(CauseProposed, counting.cause_proposed)
wiring.on(AgreementGiven, counting.agreement_given)
wiring.on(AgreementEnded, counting.agreement_ended)
wiring.on(BoxOpened, counting.box_opened)
wiring.on_many(GiftsReceived, counting.gifts_received)
wiring.on(GiftRefunded, counting.gift_refunded)
wiring.on(MatchGiven, counting.match_given)
wiring.on(MatchReturned, counting.match_returned)
wiring.on(PayoutPaid, counting.payout_paid)
wiring.on(ReportFiled, counting.report_filed)

wiring.on(BoxOpened, mapping.box_opened)
wiring.on(BoxClosed, mapping.box_ended)
wiring.on(BoxStopped, mapping.box_ended)
