"""Pages of village broadcast: parse, call, present."""

from collections.abc import Sequence

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext

from dure.kit.ui.home import Entry, HomeCard
from dure.services.broadcast import queries
from dure.services.broadcast.types import Standing

from . import calls, desk, halls, households, listening, offices, parents, podcasting, studio, telephone, translating
from .common import actor, said_of
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

CARDS_MAX = 3
app_name = "broadcast"
urlpatterns = [
    path("", listening.home, name="home"),
    path("find/", listening.find, name="find"),
    path("villages/<str:code>/", listening.village, name="village"),
    path("villages/<str:code>/leave/", listening.leave, name="leave"),
    path("villages/<str:code>/language/", translating.choose, name="choose_language"),
    path("villages/<str:code>/podcast/", podcasting.mine, name="my_podcast"),
    path("villages/<str:code>/podcast/renew/", podcasting.renew, name="renew_podcast"),
    path("villages/<str:code>/podcast/end/", podcasting.end, name="end_podcast"),
    path("villages/<str:code>/parent/", parents.parent, name="parent"),
    path("villages/<str:code>/parent/<uuid:asked>/withdraw/", parents.withdraw, name="withdraw_request"),
    path("announcements/<uuid:announcement>/", listening.announcement, name="announcement"),
    path("announcements/<uuid:announcement>/voice/", listening.voice, name="voice"),
    path("announcements/<uuid:announcement>/sound.<str:form>", listening.sound, name="sound"),
    path("announcements/<uuid:announcement>/played/", listening.played, name="played"),
    path("announcements/<uuid:announcement>/heard/", listening.heard, name="heard"),
    path("calls/", calls.call, name="calls"),
    path("calls/sounds/<uuid:announcement>/<int:until>/<str:seal>.wav", calls.sound, name="call_sound"),
    path("hall/worker.js", halls.worker, name="hall_worker"),
    path("hall/<uuid:key>/<str:seal>/", halls.hall, name="hall"),
    path("hall/<uuid:key>/<str:seal>/tell/", halls.tell, name="hall_tell"),
    path("hall/<uuid:key>/<str:seal>/<uuid:announcement>/sound.<str:form>", halls.sound, name="hall_sound"),
    path("studio/", studio.spoken, name="studio"),
    path("studio/languages/<str:code>/", translating.languages, name="languages"),
    path("studio/<uuid:announcement>/translate/<str:language>/", translating.translate, name="translate"),
    path("studio/offices/<str:code>/", offices.hand_over, name="hand_over"),
    path("studio/telephones/<str:code>/", households.households, name="households"),
    path("studio/telephones/<str:code>/<uuid:household>/take-out/", households.take_out, name="take_household_out"),
    path("studio/telephones/<str:code>/asked/<uuid:asked>/agree/", parents.agree, name="agree_request"),
    path("studio/telephones/<str:code>/asked/<uuid:asked>/refuse/", parents.refuse, name="refuse_request"),
    path("studio/halls/<str:code>/", halls.halls, name="halls"),
    path("studio/halls/<str:code>/<uuid:loudspeaker>/take-away/", halls.take_away, name="take_hall_away"),
    path("studio/telephone/", telephone.telephone, name="telephone"),
    path("studio/telephone/take-away/", telephone.take_away, name="take_telephone_away"),
    path("studio/speak/", studio.speak, name="speak"),
    path("studio/<uuid:announcement>/", studio.look, name="look"),
    path("studio/<uuid:announcement>/words/", telephone.words, name="words"),
    path("studio/<uuid:announcement>/change/", studio.change, name="change"),
    path("studio/<uuid:announcement>/send/", studio.send, name="send"),
    path("studio/<uuid:announcement>/agree/", studio.agree, name="agree"),
    path("studio/<uuid:announcement>/number/", studio.by_number, name="by_number"),
    path("studio/<uuid:announcement>/take-back/", studio.take_back, name="take_back"),
    path("studio/<uuid:announcement>/end/", studio.end, name="end"),
    path("studio/<uuid:announcement>/throw-away/", studio.throw_away, name="throw_away"),
    path("studio/visits/<str:code>/", studio.visits, name="visits"),
    path("studio/visits/<str:code>/<uuid:reach>/", studio.visit, name="visit"),
]
desk_urlpatterns = [
    path("", desk.villages, name="villages"),
    path("<str:code>/", desk.village, name="village"),
    path("<str:code>/number/", desk.set_number, name="set_number"),
    path("<str:code>/end/<uuid:tenure>/", desk.end_office, name="end_office"),
]


def together(request: HttpRequest) -> Sequence[Entry]:
    """Ways to take part: hear one's village."""
    note = gettext("What the head of the village says, wherever you are")
    return [Entry(gettext("Broadcasts of the village"), reverse("broadcast:home"), sign="bell", note=note)]


def home_cards(request: HttpRequest) -> Sequence[HomeCard]:
    """What was said to me and not heard yet; what waits for my word; for who speaks to a village, the way to do so."""
    by = actor(request)
    if by.person is None:
        return ()
    found = []
    for one in queries.waiting_for_second(by)[:CARDS_MAX]:
        href = reverse("broadcast:look", args=[one.id])
        found.append(
            HomeCard(title=gettext("Urgent: waits for your word"), note=one.words, href=href, sign="warn", mark=True)
        )
    if spoken_to := queries.villages_spoken_to(by.person):
        title, names = gettext("Speak to the village"), ", ".join(one.name for one in spoken_to[:CARDS_MAX])
        found.append(HomeCard(title=title, note=names, href=reverse("broadcast:speak"), sign="bell", mark=True))
    for one in queries.archive(by)[:CARDS_MAX]:
        heard = queries.heard_by(by.person, one.id)
        said = said_of(one)
        if heard is None or heard.standing is Standing.HEARD or not said["is_on_air"]:
            continue
        href = reverse("broadcast:announcement", args=[one.id])
        found.append(
            HomeCard(title=said["villages"], note=said["words"], href=href, sign="play", mark=True, when=said["at"])
        )
    return found


def me_entries(request: HttpRequest) -> Sequence[Entry]:
    """For who speaks to a village: the studio."""
    by = actor(request)
    if by.person is None or not queries.villages_spoken_to(by.person):
        return ()
    note = gettext("Speak to my village, see who heard")
    return (Entry(gettext("Speak to the village"), reverse("broadcast:studio"), sign="bell", note=note),)


def desk_entries(request: HttpRequest) -> Sequence[Entry]:
    """For public bodies, stewards and auditors: villages, offices, rates."""
    by = actor(request)
    if not (by.is_steward or by.is_auditor or queries.villages(by) or desk.bodies_of(by)):
        return ()
    return (Entry(gettext("Villages"), reverse("broadcast-desk:villages"), sign="bell"),)
