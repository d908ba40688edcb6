"""Pages of pledges: parse, call, present."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext

from dure.kit import show
from dure.kit.ui.home import Entry, HomeCard
from dure.services.pledges import queries
from dure.services.pledges.types import PledgeState, SeasonPhase

from . import (
    account,
    calendar,
    certificates,
    cheering,
    desk,
    disputes,
    figures,
    guarding,
    meetings,
    mine,
    public,
    reminding,
    streams,
    telling,
    voting,
    waiting,
)
from .common import actor, provable
from .words import REASONS, SAYS

__all__ = [
    "REASONS",
    "SAYS",
    "app_name",
    "desk_entries",
    "desk_urlpatterns",
    "home_cards",
    "me_entries",
    "together",
    "urlpatterns",
]

app_name = "pledges"
urlpatterns = [
    path("", public.home, name="home"),
    path("paid/", public.paid, name="paid"),
    path("mine/", mine.mine, name="mine"),
    path("mine/calendar/", calendar.mine, name="my_calendar"),
    path("mine/calendar/renew/", calendar.renew, name="renew_calendar"),
    path("mine/calendar/close/", calendar.close, name="close_calendar"),
    path("mine/worker.js", waiting.worker, name="worker"),
    path("mine/line/", waiting.line, name="line"),
    path("mine/<uuid:pledge>/", mine.pledge, name="pledge"),
    path("mine/<uuid:pledge>/send/", waiting.send, name="send"),
    path("mine/<uuid:pledge>/count/", figures.count, name="count"),
    path("mine/<uuid:pledge>/count.json", figures.count_file, name="count_file"),
    path("mine/<uuid:pledge>/certificate/", certificates.mine, name="my_certificate"),
    path("mine/<uuid:pledge>/certificate/withdraw/", certificates.withdraw, name="withdraw_certificate"),
    path("mine/<uuid:pledge>/public/", streams.mine, name="my_stream"),
    path("mine/<uuid:pledge>/public/change/", streams.change, name="change_stream"),
    path("mine/<uuid:pledge>/dispute/", disputes.dispute, name="dispute"),
    path("mine/<uuid:pledge>/reminder/", reminding.mine, name="reminder"),
    path("mine/<uuid:pledge>/reminder/<slug:of>/", reminding.change, name="change_reminder"),
    path("mine/<uuid:pledge>/reminder/<slug:of>/<slug:word>/", reminding.undo, name="undo_reminder"),
    path("mine/<uuid:pledge>/vote/", voting.vote, name="vote"),
    path("mine/<uuid:pledge>/account/", account.account, name="account"),
    path("mine/<uuid:pledge>/account.csv", account.account_csv, name="account_csv"),
    path("mine/<uuid:pledge>/pay/", mine.pay, name="pay"),
    path("mine/<uuid:pledge>/consent/", mine.consent, name="consent"),
    path("mine/<uuid:pledge>/leave/", mine.leave, name="leave"),
    path("certificates/", certificates.look, name="certificates"),
    path("certificates/<str:code>.pdf", certificates.pdf, name="certificate_pdf"),
    path("certificates/<str:code>.png", certificates.png, name="certificate_png"),
    path("certificates/<str:code>.json", certificates.file, name="certificate_file"),
    path("certificates/<str:code>/", certificates.check, name="certificate"),
    path("proofs/<uuid:proof>.webp", mine.picture, name="picture"),
    path("proofs/<uuid:proof>/", cheering.proof, name="proof"),
    path("proofs/<uuid:proof>/cheer/", cheering.cheer, name="cheer"),
    path("proofs/<uuid:proof>/withdraw/", mine.withdraw, name="withdraw"),
    path("proofs/<uuid:proof>/appeal/", mine.appeal, name="appeal"),
    path("projects/<str:code>/notice/", telling.post_notice, name="post_notice"),
    path("notices/<uuid:notice>/take-down/", telling.take_down_notice, name="take_down_notice"),
    path("comments/<uuid:comment>/", cheering.edit_comment, name="edit_comment"),
    path("comments/<uuid:comment>/delete/", cheering.delete_comment, name="delete_comment"),
    path("comments/<uuid:comment>/hide/", guarding.hide, name="hide_comment"),
    path("comments/<uuid:comment>/show/", guarding.show, name="show_comment"),
    path("complain/<str:kind>/<uuid:subject>/", guarding.complain, name="complain"),
    path("blocked/", guarding.blocked, name="blocked"),
    path("blocked/add/", guarding.block, name="block"),
    path("blocked/remove/", guarding.unblock, name="unblock"),
    path("seasons/<str:code>/figures/", figures.figures, name="figures"),
    path("seasons/<str:code>/propose/", desk.propose, name="propose"),
    path("projects/<str:code>/", public.project, name="project"),
    path("projects/<str:code>/join/", public.join, name="join"),
    path("projects/<str:code>/group/", mine.group, name="group"),
    path("projects/<str:code>/edit/", desk.edit, name="edit"),
    path("projects/<str:code>/meetings/", meetings.meetings, name="meetings"),
    path("projects/<str:code>/meetings/call/", meetings.call, name="call_meeting"),
    path("meetings/<uuid:meeting>/", meetings.meeting, name="meeting"),
    path("meetings/<uuid:meeting>/meeting.ics", meetings.ics, name="meeting_ics"),
    path("meetings/<uuid:meeting>/answer/", meetings.answer, name="answer_meeting"),
    path("meetings/<uuid:meeting>/edit/", meetings.edit, name="edit_meeting"),
    path("meetings/<uuid:meeting>/cancel/", meetings.cancel, name="cancel_meeting"),
    path("meetings/<uuid:meeting>/came/", meetings.came, name="came"),
]
desk_urlpatterns = [
    path("", desk.stewards, name="stewards"),
    path("complaints/", guarding.complaints, name="complaints"),
    path("hushes/<uuid:hush>/lift/", guarding.lift, name="lift_hush"),
    path("complaints/<uuid:complaint>/", guarding.decide, name="decide_complaint"),
    path("disputes/", disputes.disputes, name="disputes"),
    path("disputes/<uuid:dispute>/propose/", disputes.propose, name="propose_verdict"),
    path("disputes/<uuid:dispute>/decide/", disputes.decide, name="decide_dispute"),
    path("seasons/<str:code>/settle/", desk.settle, name="settle"),
    path("projects/<str:code>/", desk.lead, name="lead"),
    path("projects/<str:code>/review/", desk.review, name="review"),
    path("projects/<str:code>/cancel/", desk.cancel, name="cancel"),
    path("projects/<str:code>/leader/<uuid:person>/", desk.hand_over, name="hand_over"),
    path("proofs/<uuid:proof>/judge/", desk.judge, name="judge"),
    path("proofs/<uuid:proof>/hear/", desk.hear, name="hear"),
]


def together(request: HttpRequest) -> Sequence[Entry]:
    """Ways to take part: the season that goes on."""
    season = next(iter(queries.current_seasons()), None)
    note = season.name if season else gettext("The next season is not open yet")
    return [Entry(gettext("A hundred days together"), reverse("pledges:home"), sign="calendar", note=note)]


def home_cards(request: HttpRequest) -> Sequence[HomeCard]:
    """Projects in which today waits for a proof, and places that are kept."""
    by = actor(request)
    if by.person is None:
        return ()
    found = []
    for pledge in queries.my_pledges(by.person):
        if pledge.state not in (PledgeState.JOINED, PledgeState.OFFERED):
            continue
        project = queries.project(pledge.project)
        season = queries.season(project.season)
        href = reverse("pledges:pledge", args=[pledge.id])
        if pledge.state is PledgeState.OFFERED and pledge.offered_until:
            note = gettext("A place is kept for you: {left}").format(left=show.left(pledge.offered_until))
            found.append(HomeCard(title=project.title, note=note, href=href, sign="calendar", mark=True))
        elif season.phase is SeasonPhase.RUNNING:
            days = provable(season, project.window, queries.days_of(pledge.id))
            if any(not one["is_sent"] and not one["is_late"] for one in days):
                note = gettext("Today waits for your proof")
                found.append(HomeCard(title=project.title, note=note, href=href, sign="camera", mark=True))
    return found


def me_entries(request: HttpRequest) -> Sequence[Entry]:
    """My projects."""
    if actor(request).person is None:
        return ()
    note = gettext("My hundred days, my deposits")
    return (Entry(gettext("My projects"), reverse("pledges:mine"), sign="calendar", note=note),)


def desk_entries(request: HttpRequest) -> Sequence[Entry]:
    """For stewards and auditors: seasons, projects, appeals."""
    by = actor(request)
    if not (by.is_steward or by.is_auditor):
        return ()
    waiting = len(queries.projects_to_review(by)) + queries.count_complaints() + queries.count_disputes()
    badge = str(waiting) if waiting else ""
    return (Entry(gettext("Seasons and projects"), reverse("pledges-desk:stewards"), sign="calendar", badge=badge),)
