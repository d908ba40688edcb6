"""Planted violations: ways in which a town could break the law of messages, each with the name by which it must be caught."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta

from dure.base.clock import SEOUL
from dure.foundations.channels.rules import law
from dure.foundations.channels.rules.oracle import Violation as V
from dure.foundations.channels.types import ChannelState, Hold, Never, Pass, Purpose, Route, Ruling, Why
from dure.foundations.channels.types.law import Standing
from dure.site.proving.campaigns import Campaign, History, standing_at
from dure.site.proving.law import Town

type Change = Callable[[Standing], Standing]


@dataclass(frozen=True)
class Planted:
    """A defect and the violation it leads to."""

    defect: str
    town: Town
    violation: V

    def __str__(self) -> str:
        return self.defect


def _believes(defect: str, violation: V, change: Change) -> Planted:
    """A town that takes a standing for another one."""

    def judge(it: Standing, purpose: Purpose, route: Route, at: datetime) -> Ruling:
        return law.judge(change(it), purpose, route, at)

    return Planted(defect, Town(judge=judge), violation)


def _at_another_time(defect: str, violation: V, moved: Callable[[datetime], datetime]) -> Planted:
    """A town whose clock, or whose idea of the night, is another one."""

    def judge(it: Standing, purpose: Purpose, route: Route, at: datetime) -> Ruling:
        ruling = law.judge(it, purpose, route, moved(at))
        return (
            replace(ruling, until=max(ruling.until, at + timedelta(minutes=1))) if isinstance(ruling, Hold) else ruling
        )

    return Planted(defect, Town(judge=judge), violation)


def _lets_pass(defect: str, violation: V, *whys: Why, when: Callable[[Purpose, Route], bool] | None = None) -> Planted:
    """A town that forgot a rule: what it would hold or bar for these reasons passes."""

    def judge(it: Standing, purpose: Purpose, route: Route, at: datetime) -> Ruling:
        ruling = law.judge(it, purpose, route, at)
        forgot = not isinstance(ruling, Pass) and ruling.why in whys and (when is None or when(purpose, route))
        return Pass() if forgot else ruling

    return Planted(defect, Town(judge=judge), violation)


def _reads(defect: str, violation: V, read: Callable[[History, datetime, Campaign], Standing]) -> Planted:
    """A town that reads its own log wrongly."""
    return Planted(defect, Town(read=read), violation)


def _as_when_queued(history: History, at: datetime, campaign: Campaign) -> Standing:
    return standing_at(history, campaign.queued_at, campaign)


def _first_word_counts(history: History, at: datetime, campaign: Campaign) -> Standing:
    """A consent once given stays given."""
    best = [standing_at(history[:upto], at, campaign) for upto in range(1, len(history) + 1)]
    ads = next((one.ads_since for one in best if one.ads_since), None)
    now = standing_at(history, at, campaign)
    return replace(now, ads_since=ads)


def _ends_late(history: History, at: datetime, campaign: Campaign) -> Standing:
    """What was said in the last hour is not read yet: a cache."""
    return replace(standing_at(history, at - timedelta(hours=1), campaign), expires_at=campaign.frame.expires_at)


def _always(ruling: Ruling) -> Town:
    return Town(judge=lambda it, purpose, route, at: ruling)


def _wall(at: datetime, hours: int) -> datetime:
    return at + timedelta(hours=hours)


def _night_from(begins: time, ends: time) -> Town:
    """A night of other hours."""

    def judge(it: Standing, purpose: Purpose, route: Route, at: datetime) -> Ruling:
        ruling = law.judge(it, purpose, route, at)
        wall = at.astimezone(SEOUL).time()
        held = isinstance(ruling, Hold) and ruling.why in (Why.NO_NIGHT_CONSENT, Why.QUIET_HOURS)
        return Pass() if held and not (wall >= begins or wall < ends) else ruling

    return Town(judge=judge)


LAW: tuple[Planted, ...] = (
    _lets_pass("friendship is taken for consent to ads", V.AD_WITHOUT_CONSENT, Why.NO_AD_CONSENT),
    _believes(
        "whoever joined is entered as having agreed to ads",
        V.AD_WITHOUT_CONSENT,
        lambda it: replace(it, ads_since=it.friend_since),
    ),
    _believes(
        "consent to ads is taken for the night consent",
        V.AD_AT_NIGHT,
        lambda it: replace(it, night_ads_since=it.ads_since),
    ),
    _believes(
        "the night consent is taken for consent to ads",
        V.AD_WITHOUT_CONSENT,
        lambda it: replace(it, ads_since=it.ads_since or it.friend_since),
    ),
    _lets_pass("nobody asks for the night consent", V.AD_AT_NIGHT, Why.NO_NIGHT_CONSENT),
    Planted("the night begins at 22:00", _night_from(time(22), time(8)), V.AD_AT_NIGHT),
    Planted("the night begins one second late", _night_from(time(21, 0, 1), time(8)), V.AD_AT_NIGHT),
    Planted("the night ends at 07:00", _night_from(time(21), time(7)), V.AD_AT_NIGHT),
    Planted("dealers get ads until 20:59", _night_from(time(20, 59), time(8)), V.AD_IN_GUARD),
    _lets_pass(
        "the guard band is forgotten for text messages",
        V.AD_IN_GUARD,
        Why.NO_NIGHT_CONSENT,
        when=lambda purpose, route: route is Route.SMS,
    ),
    _at_another_time("the clock is read in Greenwich", V.AD_AT_NIGHT, lambda at: _wall(at, -9)),
    _at_another_time("the clock is read in New York", V.AD_AT_NIGHT, lambda at: _wall(at, -14)),
    _at_another_time("summer time is assumed", V.AD_AT_NIGHT, lambda at: _wall(at, 1)),
    _at_another_time(
        "the wall clock of the sender's zone is read as Seoul's",
        V.AD_AT_NIGHT,
        lambda at: at.replace(tzinfo=SEOUL) if at.tzinfo is not UTC else at,
    ),
    _reads(
        "the law is asked when a message is queued, not when it is delivered", V.AD_WITHOUT_CONSENT, _as_when_queued
    ),
    _reads("a withdrawal does not count", V.AD_WITHOUT_CONSENT, _first_word_counts),
    _reads("consents are read from an hour ago", V.AD_WITHOUT_CONSENT, _ends_late),
    _reads("who left an hour ago is still a friend", V.NO_FRIEND, _ends_late),
    _lets_pass("who has left gets messages", V.NO_FRIEND, Why.LEFT),
    _believes("closed accounts get messages", V.ACCOUNT_CLOSED, lambda it: replace(it, account_open=True)),
    _lets_pass("the notice every two years is forgotten", V.AD_WITHOUT_REMINDER, Why.REMINDER_DUE),
    _believes(
        "being seen is taken for the two-year notice",
        V.AD_WITHOUT_REMINDER,
        lambda it: replace(it, reminded_at=it.seen_at),
    ),
    _lets_pass("dormant accounts get ads", V.AD_TO_DORMANT, Why.DORMANT),
    _believes("nobody is dormant", V.AD_TO_DORMANT, lambda it: replace(it, seen_at=None)),
    _lets_pass("an opt-out at the dealer is forgotten", V.BLOCKED, Why.BLOCKED),
    _lets_pass(
        "a blocked friend gets the ad by another route",
        V.AD_AROUND_A_BLOCK,
        Why.BLOCKED,
        when=lambda purpose, route: route is not Route.SMS,
    ),
    _lets_pass("the day has no cap", V.OVER_CAP, Why.CAP),
    _believes("the cap is one too high", V.OVER_CAP, lambda it: replace(it, today=max(0, it.today - 1))),
    _lets_pass("what is over is sent late", V.LATE, Why.EXPIRED),
    _believes(
        "a message lives an hour longer",
        V.LATE,
        lambda it: replace(it, expires_at=it.expires_at + timedelta(hours=1)),
    ),
    _lets_pass("what was stopped goes on", V.STOPPED, Why.STOPPED),
    _believes("a paused channel speaks", V.CHANNEL_SILENCED, lambda it: replace(it, channel=ChannelState.OPEN)),
    _lets_pass("an ad goes out without its form", V.AD_UNMARKED, Why.BAD_FORM, when=lambda p, _: p is Purpose.AD),
    _lets_pass("an ad goes out as information", V.AD_AS_ANOTHER, Why.BAD_FORM, when=lambda p, _: p is Purpose.INFO),
    _lets_pass("information rings at night", V.RINGS_AT_NIGHT, Why.QUIET_HOURS),
    _believes("everybody may warn at night", V.RINGS_FOR_STRANGER, lambda it: replace(it, public_sender=True)),
    _believes(
        "everything is an answer that somebody waits for", V.RINGS_AT_NIGHT, lambda it: replace(it, conversing=True)
    ),
    _lets_pass("a muted conversation rings", V.RINGS_THOUGH_MUTED, Why.MUTED),
    Planted("everything passes", _always(Pass()), V.AD_WITHOUT_CONSENT),
    Planted("nothing passes", _always(Never(Why.NO_WAY)), V.HELD_WITHOUT_REASON),
    Planted(
        "a push service may deliver an ad whenever the telephone is on again",
        Town(deliver_by=lambda it, purpose, route, at: it.expires_at),
        V.AD_AT_NIGHT,
    ),
    _believes(
        "who agreed is treated as if they had not", V.HELD_WITHOUT_REASON, lambda it: replace(it, ads_since=None)
    ),
)

NAME, CONTACT, WAY_OUT = "예시 방앗간", "02-000-0000", "무료 수신거부: 채널에서 한 번 누르기"
HEAD = f"(광고) {NAME} {CONTACT}"
OFFER = "이번 주 참기름 반값"
# What an ad may not look like: its words, and the rule by which the senders must refuse them at the second of delivery.
FORMS: tuple[tuple[str, str], ...] = (
    (f"{NAME} {CONTACT}\n{OFFER}\n{WAY_OUT}", "marking_missing"),
    (f"(광 고) {NAME} {CONTACT}\n{OFFER}\n{WAY_OUT}", "marking_evaded"),
    (f"(광.고) {NAME} {CONTACT}\n{OFFER}\n{WAY_OUT}", "marking_evaded"),
    (f"(광/고) {NAME} {CONTACT}\n{OFFER}\n{WAY_OUT}", "marking_evaded"),
    (f"[광고] {NAME} {CONTACT}\n{OFFER}\n{WAY_OUT}", "marking_evaded"),
    (f"(대출광고) {NAME} {CONTACT}\n{OFFER}\n{WAY_OUT}", "marking_evaded"),
    (f"<광고> {NAME} {CONTACT}\n{OFFER}\n{WAY_OUT}", "marking_evaded"),
    (f"（광고） {NAME} {CONTACT}\n{OFFER}\n{WAY_OUT}", "marking_evaded"),
    (f"{OFFER}\n{HEAD}\n{WAY_OUT}", "marking_not_first"),
    (f"(광고) {CONTACT}\n{OFFER}\n{WAY_OUT}", "sender_missing"),
    (f"(광고) 다른 방앗간 {CONTACT}\n{OFFER}\n{WAY_OUT}", "sender_missing"),
    (f"(광고) {NAME}\n{OFFER}\n{WAY_OUT}", "contact_missing"),
    (f"{HEAD}\n{OFFER}", "opt_out_missing"),
    (f"{HEAD}\n{OFFER}\n수신거부 080-000-0000", "opt_out_not_free"),
    (f"{HEAD}\n{WAY_OUT}\n{OFFER}", "opt_out_not_last"),
    (f"{HEAD}\n{OFFER}\n무료 수신거부", "opt_out_missing"),
    (f"(\u200b광고) {NAME} {CONTACT}\n{OFFER}\n{WAY_OUT}", "hidden_characters"),
    ("", "picture_only"),
)
