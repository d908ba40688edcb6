"""Alerts issued at the true desk, in chains, and read back as others read them: from the public address, by a schema of its own,
with the published certificate, as the value that was written, byte for byte when issued again.
"""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.urls import resolve, reverse

from dure.base import clock, ids
from dure.base.actors import Actor, OrganisationId
from dure.base.refusals import Refusal
from dure.foundations.people import actions as people
from dure.foundations.people import queries as persons
from dure.foundations.people import rules as people_rules
from dure.foundations.people.types import Newcomer, OrganisationForm, OrgKind, PersonId
from dure.kit import keys, tx
from dure.kit.importing import Bars
from dure.services.forecasts import actions, queries
from dure.services.forecasts.rules import cap
from dure.services.forecasts.rules.cap import desk, index, korea, own, signing
from dure.services.forecasts.types import (
    Alert,
    AlertId,
    Certainty,
    DeskKind,
    IssueState,
    Level,
    MsgType,
    NewIssue,
    Pin,
    Severity,
    Status,
    Translation,
    Urgency,
)
from dure.site import boot

from . import alert_schema, friends
from .alert_door import BY, steward
from .forecast_town import Town

FIRST = datetime(2026, 7, 1, 9, tzinfo=clock.SEOUL)
BETWEEN = timedelta(hours=2)  # chains begin: nobody writes more than a hundred a day
STEP = timedelta(minutes=7)
UPDATES_MAX = 3
NUMBER = "201811235"
NAME = "예시군청"
ENDS = (DeskKind.ALL_CLEAR, DeskKind.CANCEL, None)
ENGLISH = ("Heavy rain <now>", "Keep away from streams & bridges.", 'It\'s "over".', "Line\nline")
WORDS = (
    "호우경보",
    "A & B <나>",
    "\"따옴표\"와 '작은따옴표'",
    "물이\n넘칩니다",
    "🔥 산불",
    "3 < 5 > 2",
    "ㄱㄴㄷ",
    "]]>",
    "&amp;",
    "한 줄",
)
_REAL = (Status.ACTUAL, Status.ACTUAL, Status.ACTUAL, Status.EXERCISE, Status.TEST)


@dataclass(frozen=True, slots=True)
class Office:
    """An agency and who may issue for it."""

    agency: OrganisationId
    officer: Actor
    second: Actor


@dataclass(slots=True)
class Issued:
    """What was issued, and what of it did not come back as it was."""

    kinds: Counter[str] = field(default_factory=Counter)
    seconds_needed: int = 0  # issues that waited for a second person
    polygons: int = 0
    circles: int = 0
    in_english: int = 0
    valid: int = 0
    verified: int = 0
    equal: int = 0
    again: int = 0
    findings: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many left."""
        return self.kinds.total()


def open_office() -> Office:
    """A verified agency of the trial's town, with an officer and somebody else who may stand behind the worst."""
    person = PersonId(ids.new())
    with tx.durable():
        people.admit(BY, Newcomer(id=person, name="예시 담당", email="officer@sample.invalid"))
        form = OrganisationForm(
            name=NAME,
            kind=OrgKind.AGENCY,
            registration_number=f"{NUMBER}{people_rules.business_check_digit(NUMBER)}",
            representative="예시 군수",
            contact_email="county@sample.invalid",
            address="예시군 예시읍 1",
        )
        agency = people.register_organisation(persons.actor(person), form)
    friends.vouch(boot.database_url(), agency)
    return Office(agency, persons.actor(person), steward())


def go_round(town: Town, office: Office, chains: int, seed: int, shown: Bars) -> Issued:
    """Issue so many chains of alerts, and read every one of them back. One of them lasts until all others are over."""
    chance, done = random.Random(seed), Issued()  # noqa: S311 - chance, not secrecy
    shown.begin("chains of alerts", chains)
    long = _first(town, office, chance, FIRST, Status.ACTUAL)
    long = replace(long, expires=FIRST + desk.LASTS_MAX)
    long_id = _leave(office, long, FIRST, [], done)
    for number in range(1, chains):
        _chain(town, office, chance, FIRST + number * BETWEEN, done)
        shown.advance()
    if long_id is not None:
        at = FIRST + min(chains * BETWEEN, desk.LASTS_MAX - BETWEEN)
        over = _next(long, DeskKind.ALL_CLEAR, long_id, at, chance)
        _leave(office, over, at, [long_id], done)
    shown.advance()
    return done


def _chain(town: Town, office: Office, chance: random.Random, begins: datetime, done: Issued) -> None:
    """A first alert, updates of it, and how it ends, if it is not left to expire."""
    new = _first(town, office, chance, begins, chance.choice(_REAL))
    before: list[AlertId] = []
    kinds: list[DeskKind | None] = [None, *[DeskKind.UPDATE] * chance.randrange(UPDATES_MAX + 1), chance.choice(ENDS)]
    for number, kind in enumerate(kinds):
        at = begins + number * STEP
        if number and kind is None:
            return
        said = new if kind is None else _next(new, kind, before[-1], at, chance)
        made = _leave(office, said, at, before, done)
        if made is None:
            return
        before.append(made)


def _first(town: Town, office: Office, chance: random.Random, at: datetime, status: Status) -> NewIssue:
    is_real = status is Status.ACTUAL
    events = [code for code in korea.EVENTS if code not in korea.PRACTICE_CODES]
    return NewIssue(
        organisation=office.agency,
        kind=DeskKind.ALERT,
        replaces=None,
        status=status,
        event=chance.choice(events),
        severity=chance.choice(list(Severity)),
        urgency=chance.choice(list(Urgency)),
        certainty=chance.choice(list(Certainty)),
        headline=f"{chance.choice(WORDS)} {chance.randrange(1_000)}",
        description=" ".join(chance.choices(WORDS, k=chance.randrange(1, 40))),
        instruction=chance.choice(("", *WORDS)),
        regions=tuple(chance.sample(list(town.regions), chance.randrange(1, 6))),
        polygon=_shape(chance),
        onset=chance.choice((None, at + timedelta(minutes=chance.randrange(1, 90)))),
        expires=at + timedelta(hours=chance.randrange(2, 100)),
        contact=chance.choice(("", "02-000-0000")),
        note="" if is_real else "합동 훈련",
        translations=_in_english(chance),
    )


def _in_english(chance: random.Random) -> tuple[Translation, ...]:
    said = chance.choice(ENGLISH[:3]), chance.choice(ENGLISH), chance.choice(("", *ENGLISH))
    return (Translation(desk.ENGLISH, *said),) if chance.random() < 0.5 else ()


def _next(new: NewIssue, kind: DeskKind, replaces: AlertId, at: datetime, chance: random.Random) -> NewIssue:
    said = replace(
        new,
        kind=kind,
        replaces=replaces,
        severity=chance.choice(list(Severity)),
        urgency=chance.choice(list(Urgency)),
        headline=f"{chance.choice(WORDS)} {chance.randrange(1_000)}",
        onset=None,
        expires=max(new.expires, at + timedelta(hours=1)),
    )
    is_over = kind in (DeskKind.CANCEL, DeskKind.ALL_CLEAR)
    return replace(
        said, note="잘못 보냈습니다" if kind is DeskKind.CANCEL else new.note, polygon="" if is_over else new.polygon
    )


def _shape(chance: random.Random) -> str:
    """None, a circle, or a quadrangle somewhere, closed by its writer or not."""
    south, west = chance.uniform(33, 38), chance.uniform(125, 130)
    kind = chance.randrange(4)
    if kind < 2:
        return ("", f"{south:.4f},{west:.4f} {chance.randrange(1, 400) / 10}")[kind]
    size = chance.uniform(0.01, 0.5)
    corners = [(south, west), (south, west + size), (south + size, west + size), (south + size, west)]
    pairs = [f"{lat:.4f},{lon:.4f}" for lat, lon in corners]
    return " ".join([*pairs, pairs[0]] if chance.random() < 0.5 else pairs)


def _leave(office: Office, new: NewIssue, at: datetime, before: Sequence[AlertId], done: Issued) -> AlertId | None:
    """Write, send, have it seconded where the rules ask for it, and let it leave; then look at what others get."""
    try:
        with clock.read_from(lambda: at):
            draft = actions.write_issue(office.officer, new, key=_key())
            sent = actions.send_issue(office.officer, draft.id, key=_key())
            if sent.state is IssueState.ASKED:
                done.seconds_needed += 1
                actions.agree_issue(office.second, draft.id, key=_key())
        left = at + timedelta(seconds=desk.UNDO_SECONDS)
        with clock.read_from(lambda: left):
            count = actions.issue_due(BY)
            found = queries.issue(office.officer, draft.id)
            if count != 1 or found.alert is None:
                done.findings.append(f"{new.kind}: {count} left, it is {found.state}")
                return None
            done.kinds[f"{new.kind}, {new.status}"] += 1
            done.circles += len(new.polygon.split()) == 2
            done.polygons += len(new.polygon.split()) > 2
            done.in_english += bool(new.translations)
            _look(found.new, found.alert, before, left, done)
            return found.alert
    except Refusal as no:
        done.findings.append(f"{new.kind}: refused: {no!r}")
        return None


def _look(new: NewIssue, made: AlertId, before: Sequence[AlertId], at: datetime, done: Issued) -> None:
    content, certificate = _fetched(reverse("forecasts:cap", args=[made])), _fetched(reverse("forecasts:certificate"))
    wrong = list(alert_schema.broken(content))
    done.valid += not wrong
    try:
        parsed = cap.verify(content, [Pin(queries.own_sender(), certificate)])
    except Refusal as no:
        done.findings.append(f"{new.kind}: {no!r}")
        return
    done.verified += 1
    wrong += [f"found: {one.code}" for one in parsed.findings if one.level is Level.ERROR]
    differ = list(_differences(new, parsed.alert, before, at))
    done.equal += not differ
    key = own.key(keys.derived(own.PURPOSE))
    same = signing.sign(cap.issue(parsed.alert), key, certificate) == content
    done.again += same
    wrong += [*differ, *([] if same else ["other bytes when issued again"]), *_public(new, made, before)]
    done.findings += [f"{parsed.alert.identifier}: {one}" for one in wrong]


def _differences(new: NewIssue, alert: Alert, before: Sequence[AlertId], at: datetime) -> list[str]:
    """What an officer wrote, beside what others read."""
    is_over = new.kind in (DeskKind.CANCEL, DeskKind.ALL_CLEAR)
    said = alert.segments[0]
    corners = [f"{point.lat},{point.lon}" for area in said.areas for shape in area.polygons for point in shape.points]
    rings = [f"{one.centre.lat},{one.centre.lon} {one.radius}" for area in said.areas for one in area.circles]
    wanted = new.polygon.split()
    is_ring = len(wanted) == 2
    closed = [*wanted, wanted[0]] if wanted and wanted[0] != wanted[-1] else wanted
    others = [(one.headline, one.description, one.instruction or "") for one in alert.segments[1:]]
    meant_others = [(one.headline, one.description, one.instruction) for one in new.translations]
    owed = {queries.alert(one).alert.identifier for one in before if queries.alert(one).ends > at}
    pairs = (
        ("headline", said.headline, new.headline),
        ("description", said.description or "", new.description),
        ("instruction", said.instruction or "", new.instruction),
        ("severity", said.severity, Severity.MINOR if is_over else new.severity),
        ("urgency", said.urgency, Urgency.PAST if is_over else new.urgency),
        ("certainty", said.certainty, new.certainty),
        ("event", [(one.value_name, one.value) for one in said.event_codes], [(korea.EVENT_CODE, new.event)]),
        ("regions", [code.value for area in said.areas for code in area.geocodes], list(new.regions)),
        ("polygon", corners, [] if is_ring else closed),
        ("circle", rings, [new.polygon] if is_ring else []),
        ("languages", [one.language for one in alert.segments], ["ko-KR", *(one.language for one in new.translations)]),
        ("in English", others, meant_others),
        ("status", alert.status, new.status),
        ("expires", said.expires, new.expires),
        ("onset", said.onset, new.onset),
        ("sent", alert.sent, at),
        (
            "kind",
            alert.msg_type,
            {DeskKind.ALERT: MsgType.ALERT, DeskKind.CANCEL: MsgType.CANCEL}.get(new.kind, MsgType.UPDATE),
        ),
        ("references", {one.identifier for one in alert.references}, owed),
        ("contact, note", (said.contact or "", alert.note or ""), (new.contact, new.note)),
    )
    return [f"{name}: {found!r}, was {meant!r}" for name, found, meant in pairs if found != meant]


def _public(new: NewIssue, made: AlertId, before: Sequence[AlertId]) -> list[str]:
    """In the lists stands what is for people; in force is the newest of its chain, until the chain is ended."""
    is_real = new.status is Status.ACTUAL
    named = index.addresses(_fetched(reverse("forecasts:atom")), settings.DURE.origin) or ()
    listed = any(UUID(one.rpartition("/")[2].removesuffix(".xml")) == made for one in named)
    wrong = [] if listed is is_real else ["the public list names it" if listed else "the public list does not name it"]
    holds = {one.id for one in queries.alerts_in_force()}
    if holds & set(before):
        wrong.append("what it took the place of is still in force")
    is_shown = is_real and new.kind is not DeskKind.CANCEL
    return (
        wrong
        if (made in holds) is is_shown
        else [*wrong, "in force, and should not be" if made in holds else "not in force"]
    )


def _fetched(address: str) -> bytes:
    """What a public address answers, through the true address book and view."""
    request = HttpRequest()
    request.method, request.path = "GET", address
    found = resolve(address)
    return bytes(found.func(request, *found.args, **found.kwargs).content)


def _key() -> str:
    return ids.new().hex
