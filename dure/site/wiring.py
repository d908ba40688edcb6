"""All consequences on one page: which actions follow which news. Reactions are safe to run again."""

from collections.abc import Sequence
from uuid import UUID

from dure.foundations.channels import tasks as channels_tasks
from dure.foundations.channels.types import (
    AdConsentChanged,
    BroadcastSent,
    ChannelOpened,
    FriendJoined,
    FriendLeft,
    KeyPressed,
    MessageSaid,
    NumberMoved,
    SendingDone,
)
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
from dure.foundations.people.types import (
    AccountClosed,
    MemberInvited,
    OrganisationId,
    OrganisationRevoked,
    RoleAsked,
    RoleSuspended,
    system,
)
from dure.kit.outbox import Wiring
from dure.services.broadcast import actions as broadcast
from dure.services.broadcast.types import AnnouncementId
from dure.services.checkin.actions import identity as checkin
from dure.services.forecasts import actions as forecasts
from dure.services.giving import actions as giving
from dure.services.giving import tasks as giving_tasks
from dure.services.giving.types import (
    AgreementEnded,
    AgreementGiven,
    BoxClosed,
    BoxExtended,
    BoxOpened,
    BoxStopped,
    CauseProposed,
    GiftRefunded,
    GiftsReceived,
    MatchGiven,
    MatchReturned,
    PartnerAsked,
    PayoutPaid,
    PooledReturned,
    RegularPaused,
    ReportFiled,
)
from dure.services.market import actions as market
from dure.services.market import queries as market_queries
from dure.services.market import tasks as market_tasks
from dure.services.market.types import CouponGiven, CouponRedeemed, CourseCompleted, RedemptionUndone, ShopOpened
from dure.services.pledges import actions as pledges
from dure.services.pledges import tasks as pledges_tasks
from dure.services.pledges.types import (
    AppealHeard,
    DisputeDecided,
    GiftsPooled,
    MeetingCalled,
    MeetingCancelled,
    MeetingMoved,
    MeetingSeatGiven,
    PlaceOffered,
    PledgeMade,
    ProjectCancelled,
    ProofRejected,
    SeasonSettled,
)
from dure.site import counting, counting_market, counting_pledges, learning, mapping, pooling

wiring = Wiring()

wiring.on(MessageSaid, channels_tasks.answer_message, channels_tasks.tell_reply)
wiring.on(NumberMoved, channels_tasks.write_number_moved)


def settle_gift(news: PaymentCaptured | PaymentCapturedLate | PaymentFailed, news_id: UUID) -> None:
    """What a payment became decides what its gift is, whoever learned of it first."""
    if news.purpose == giving.PURPOSE:
        giving.settle_payment(system("wiring.settle_gift"), news.payment)


def settle_deposit(news: PaymentCaptured | PaymentCapturedLate | PaymentFailed, news_id: UUID) -> None:
    """What a payment became decides whether somebody is in the project, whoever learned of it first."""
    if news.purpose == pledges.PURPOSE:
        pledges.settle_payment(system("wiring.settle_deposit"), news.payment)


wiring.on(MemberInvited, people_tasks.write_invitation)
wiring.on(RoleAsked, people_tasks.write_role_waits)
wiring.on(RoleSuspended, people_tasks.write_role_waits)
wiring.on(WebhookSent, ledger_tasks.take_webhook)
wiring.on_many(RefundAsked, ledger_tasks.write_refund_accounts)
wiring.on_many(RefundRefused, ledger_tasks.write_refund_accounts)
wiring.on(PaymentCaptured, settle_gift, settle_deposit)
wiring.on(PaymentCapturedLate, settle_gift, settle_deposit)
wiring.on(PaymentFailed, settle_gift, settle_deposit)


def attest_gifts(told: Sequence[tuple[GiftsReceived, UUID]]) -> None:
    """Gifts that stand can be receipted."""
    giving.attest_gifts(system("wiring.attest_gifts"), [news for news, _ in told])


def unattest_gift(news: GiftRefunded, news_id: UUID) -> None:
    """A gift that went back is on no receipt."""
    giving.unattest_gift(system("wiring.unattest_gift"), news)


wiring.on_many(GiftsReceived, attest_gifts)
wiring.on(GiftRefunded, unattest_gift)

wiring.on_many(AdConsentChanged, channels_tasks.confirm_consents)
wiring.on(SendingDone, channels_tasks.finish_broadcast)
wiring.on(AccountClosed, channels_tasks.let_person_go, channels_tasks.forget_words)

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

wiring.on(BoxOpened, mapping.box_opened, pooling.box_moved)
wiring.on(BoxExtended, pooling.box_moved)
wiring.on(BoxClosed, mapping.box_ended, pooling.box_moved)
wiring.on(BoxStopped, mapping.box_ended, pooling.box_moved)
wiring.on(GiftsPooled, pooling.fill_box)
wiring.on(PooledReturned, pooling.pool_returned)


def adopt_channel(news: ChannelOpened, news_id: UUID) -> None:
    """The first channel of an organisation is its shop's voice."""
    market.adopt_channel(system("wiring.adopt_channel"), news.channel, news.organisation)


def welcome_regular(told: Sequence[tuple[FriendJoined, UUID]]) -> None:
    """Who becomes a friend of a shop for the first time gets what it gives to new ones."""
    welcoming = market_queries.welcoming(news.channel for news, _ in told)
    for news, _ in told:
        if news.channel in welcoming:
            market.welcome(system("wiring.welcome_regular"), news.channel, news.person, news.first)


def note_visit(news: CouponRedeemed, news_id: UUID) -> None:
    """A shop knows when its regular was last here."""
    market.note_visit(system("wiring.note_visit"), news.redemption)


def end_association(news: OrganisationRevoked, news_id: UUID) -> None:
    """An organisation that nobody vouches for any more speaks for no market."""
    market.end_untrusted(system("wiring.end_association"), OrganisationId(news.organisation))


def return_credit(news: OrganisationRevoked, news_id: UUID) -> None:
    """What is left of its message credits goes back to the funds that gave them."""
    market.return_credit(system("wiring.return_credit"), OrganisationId(news.organisation))


def forget_holder(news: AccountClosed, news_id: UUID) -> None:
    """Coupons of a closed account belong to nobody."""
    market.let_person_go(system("wiring.forget_holder"), news.person)


def revoke_places(news: OrganisationRevoked, news_id: UUID) -> None:
    """A place of an organisation that nobody vouches for any more scans no check-in codes."""
    checkin.revoke_places(system("wiring.revoke_places"), news.organisation)


def stop_pledges(news: AccountClosed, news_id: UUID) -> None:
    """Who closed the account proves no more days; the deposit goes back to where it was paid from; nothing shows them."""
    pledges.let_person_go(system("wiring.stop_pledges"), news.person)
    pledges.forget_certificates(system("wiring.stop_pledges"), news.person)
    pledges.forget_calendar(system("wiring.stop_pledges"), news.person)
    pledges.forget_streams(system("wiring.stop_pledges"), news.person)
    pledges.forget_reminders(system("wiring.stop_pledges"), news.person)


def forget_reader(news: AccountClosed, news_id: UUID) -> None:
    """Who closed their account hears of no forecast, and nobody looks after them."""
    forecasts.forget_person(system("wiring.forget_reader"), news.person)


wiring.on(OrganisationRevoked, end_association, return_credit, revoke_places)


def stop_listening(news: AccountClosed, news_id: UUID) -> None:
    """Who closed the account hears no village and speaks to none."""
    broadcast.let_person_go(system("wiring.stop_listening"), news.person)


def note_key(news: KeyPressed, news_id: UUID) -> None:
    """Who pressed 1 in a call has heard the announcement that it was about; of what else it was about, it changes nothing."""
    if news.about is not None:
        broadcast.note_key(system("wiring.note_key"), AnnouncementId(news.about), news.person, news.key)


wiring.on(KeyPressed, note_key)
wiring.on(AccountClosed, forget_holder, stop_pledges, stop_listening, forget_reader)
wiring.on(ChannelOpened, adopt_channel)
wiring.on_many(FriendJoined, welcome_regular)
wiring.on(CouponRedeemed, note_visit)
wiring.on(CouponGiven, market_tasks.tell_coupon)

wiring.on(PledgeMade, pledges_tasks.greet)
wiring.on(PlaceOffered, pledges_tasks.tell_place)
wiring.on(ProofRejected, pledges_tasks.tell_rejected)
wiring.on(AppealHeard, pledges_tasks.tell_heard)
wiring.on(DisputeDecided, pledges_tasks.tell_dispute)
wiring.on(ProjectCancelled, pledges_tasks.tell_cancelled)
wiring.on(SeasonSettled, pledges_tasks.tell_settled, counting_pledges.season_settled)
wiring.on(MeetingCalled, pledges_tasks.tell_meeting)
wiring.on(MeetingMoved, pledges_tasks.tell_meeting_moved)
wiring.on(MeetingCancelled, pledges_tasks.tell_meeting_off)
wiring.on(MeetingSeatGiven, pledges_tasks.tell_seat)

wiring.on(ChannelOpened, learning.channel_opened)
wiring.on_many(FriendJoined, learning.friends_joined)
wiring.on_many(FriendLeft, learning.friends_left)
wiring.on_many(MessageSaid, learning.messages_said)
wiring.on(BroadcastSent, learning.broadcast_sent)
wiring.on(CouponGiven, learning.coupon_given)
wiring.on(CouponRedeemed, learning.coupon_redeemed)

wiring.on(ShopOpened, counting_market.shop_opened)
wiring.on_many(CouponRedeemed, counting_market.coupons_redeemed)
wiring.on(RedemptionUndone, counting_market.redemption_undone)
wiring.on(CourseCompleted, counting_market.course_completed)
