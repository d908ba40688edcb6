"""Templates at dealers: proposed by whoever may, registered once, followed until somebody there has decided."""

from dataclasses import replace

import pytest
from django.test import Client

from dure.base import ids
from dure.base.actors import NOBODY, Actor, PersonId, PlatformRole, system
from dure.base.refusals import NotAllowed, NotFound, Refusal
from dure.foundations.channels import actions, queries
from dure.foundations.channels.rules import dealer_templates as rules
from dure.foundations.channels.types import (
    Button,
    ButtonKind,
    ChannelId,
    Content,
    DealerTemplate,
    Purpose,
    Review,
    ReviewState,
    Route,
    Template,
    TemplateId,
    TemplateState,
    TemplateUnfit,
    Text,
)
from dure.foundations.people.models import Person
from dure.kit import tx
from dure.kit.twins import Fault, FaultRule

from . import making
from .dealing import SECRET, SENDER, nhn_twin, solapi_twin

FOLLOWER = system("channels.reviews")
on_the_database = pytest.mark.django_db(transaction=True)
SOMEBODY = PersonId(ids.new())
READY = Template(
    id=TemplateId(ids.new()),
    channel=ChannelId(ids.new()),
    name="예약",
    version=1,
    purpose=Purpose.INFO,
    content=Content((Text("#{이름} 님, 예약되었습니다."),), (Button("보기", ButtonKind.LINK, "https://e.org"),)),
    variables=("이름",),
    state=TemplateState.APPROVED,
    written_by=SOMEBODY,
    approved_by=PersonId(ids.new()),
)


@pytest.fixture
def twins(settings):
    with solapi_twin() as (solapi, _, at_solapi), nhn_twin() as (nhn, _, at_nhn):
        settings.DURE = replace(
            settings.DURE,
            solapi_key="KEY",
            solapi_secret=SECRET,
            solapi_sender="029302266",
            solapi_channel="PF01TEST",
            solapi_url=at_solapi.origin,
            nhn_appkey="APP",
            nhn_secret=SECRET,
            nhn_sender=SENDER,
            nhn_url=at_nhn.origin,
        )
        solapi.book.templates.clear()
        nhn.book.templates.clear()
        yield {"solapi": solapi, "nhn": nhn}


def approved(text: str = "#{이름} 님, 주문하신 두부가 준비되었습니다.") -> tuple[Template, Actor]:
    """A template that a second person of the shop has approved, and the shop's owner."""
    channel, owner = making.channel()
    staff = making.member(channel.organisation, owner)
    with tx.durable():
        written = actions.write_template(owner, making.template(channel.id, text), key="first")
        actions.ask_template(owner, written.id)
        actions.approve_template(staff, written.id)
    return queries.template(written.id), owner


def proposed(by: Actor, template: Template, dealer: str) -> DealerTemplate:
    with tx.durable():
        return actions.propose_template(by, template.id, dealer)


def decide(twin, dealer: str, *, good: bool, comment: str = "") -> None:
    (found,) = twin.book.templates.values()
    found.status = {
        ("solapi", True): "APPROVED",
        ("solapi", False): "REJECTED",
        ("nhn", True): "TSC03",
        ("nhn", False): "TSC04",
    }[dealer, good]
    found.comments = [{"content": comment}] if comment else []


@on_the_database
@pytest.mark.parametrize("dealer", ["solapi", "nhn"])
def test_a_template_is_registered_reviewed_and_then_has_a_code(twins, dealer):
    template, owner = approved()
    assert proposed(owner, template, dealer).state is ReviewState.WANTED
    assert queries.template_codes(dealer, {template.id}) == {}
    assert actions.follow_reviews(FOLLOWER) == 1
    (stands,) = queries.dealer_templates(owner, template.channel)
    assert (stands.state, bool(stands.code)) == (ReviewState.ASKED, True)
    assert queries.template_codes(dealer, {template.id}) == {}
    decide(twins[dealer], dealer, good=True)
    assert actions.follow_reviews(FOLLOWER) == 1
    assert queries.template_codes(dealer, {template.id}) == {template.id: stands.code}
    assert actions.follow_reviews(FOLLOWER) == 0


@on_the_database
@pytest.mark.parametrize("dealer", ["solapi", "nhn"])
def test_a_rejected_one_says_why_and_is_never_used(twins, dealer):
    template, owner = approved()
    proposed(owner, template, dealer)
    actions.follow_reviews(FOLLOWER)
    decide(twins[dealer], dealer, good=False, comment="광고로 보입니다")
    actions.follow_reviews(FOLLOWER)
    (stands,) = queries.dealer_templates(owner, template.channel)
    assert (stands.state, stands.comment) == (ReviewState.REJECTED, "광고로 보입니다")
    assert proposed(owner, template, dealer) == stands
    assert queries.template_codes(dealer, {template.id}) == {}


@on_the_database
@pytest.mark.parametrize("dealer", ["solapi", "nhn"])
def test_after_any_fault_it_stands_there_once(twins, dealer):
    template, owner = approved()
    proposed(owner, template, dealer)
    faults = [(fault, route) for fault in (Fault.LOST, Fault.SILENT, Fault.ERROR) for route in ("template", "review")]
    for fault, route in faults:
        twins[dealer].faults.add(FaultRule(fault, route))
    for _ in range(2 * len(faults)):
        actions.follow_reviews(FOLLOWER)
    assert len(twins[dealer].book.templates) == 1
    (stands,) = queries.dealer_templates(owner, template.channel)
    assert stands.state is ReviewState.ASKED


@on_the_database
def test_a_dealer_that_is_not_set_up_takes_none_and_one_that_was_taken_away_holds_up_nobody(twins, settings):
    template, owner = approved()
    for dealer in ("push", "mail", "aligo", ""):
        with pytest.raises(NotFound):
            proposed(owner, template, dealer)
    proposed(owner, template, "nhn")
    proposed(owner, template, "solapi")
    settings.DURE = replace(settings.DURE, nhn_appkey="")
    assert actions.follow_reviews(FOLLOWER) == 1


@on_the_database
def test_the_studio_shows_how_a_template_stands_and_hands_it_in(twins):
    template, owner = approved()
    browser = Client(headers={"accept-language": "en"})
    browser.force_login(Person.objects.get(id=making.id_of(owner)))
    at = f"/desk/channels/{template.channel}/templates/"
    page = browser.get(at).content.decode()
    assert page.count("Have it reviewed for AlimTalk") == 2
    for dealer, status in (("nhn", 303), ("push", 404)):
        assert browser.post(f"/desk/channels/templates/{template.id}/propose/{dealer}/").status_code == status
    page = browser.get(at).content.decode()
    assert page.count("Have it reviewed for AlimTalk") == 1
    assert "Goes to the dealer in a few minutes" in page
    actions.follow_reviews(FOLLOWER)
    decide(twins["nhn"], "nhn", good=False, comment="광고로 보입니다")
    actions.follow_reviews(FOLLOWER)
    page = browser.get(at).content.decode()
    assert "They said no" in page
    assert "광고로 보입니다" in page
    stranger = Client()
    stranger.force_login(Person.objects.get(id=making.id_of(making.person("남"))))
    assert stranger.post(f"/desk/channels/templates/{template.id}/propose/solapi/").status_code == 403
    assert Client().post(f"/desk/channels/templates/{template.id}/propose/solapi/").status_code == 303


@on_the_database
def test_who_may_propose_and_read(twins):
    template, owner = approved()
    stranger, steward = making.person("남"), making.steward()
    auditor = Actor(person=making.id_of(making.person("감사")), roles=frozenset({PlatformRole.AUDITOR}))
    may = {"owner": (owner, True, True), "steward": (steward, True, True), "auditor": (auditor, False, True)}
    for by, proposes, reads in (*may.values(), (stranger, False, False), (NOBODY, False, False)):
        assert _is_let(lambda by=by: proposed(by, template, "nhn")) is proposes
        assert _is_let(lambda by=by: queries.dealer_templates(by, template.channel)) is reads
        if by is not FOLLOWER:
            assert not _is_let(lambda by=by: actions.follow_reviews(by))


def _is_let(ask) -> bool:
    try:
        ask()
    except NotAllowed:
        return False
    except Refusal:
        pytest.fail("refused for another reason")
    return True


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"state": TemplateState.DRAFT}, "not_approved"),
        ({"state": TemplateState.RETIRED}, "not_approved"),
        ({"purpose": Purpose.AD}, "ad"),
        ({"content": Content((Text("가" * 1_301),))}, "length"),
        ({"content": Content(())}, "length"),
        ({"content": Content((Text("".join(f"#{{{number}}}" for number in range(41))),))}, "variables"),
        ({"content": Content((Text("글"),), (Button("가", ButtonKind.LINK, "https://e.org"),) * 6)}, "buttons"),
        ({"content": Content((Text("글"),), (Button("가" * 15, ButtonKind.LINK, "https://e.org"),))}, "button"),
        ({"content": Content((Text("글"),), (Button("#{이름}", ButtonKind.LINK, "https://e.org"),))}, "button"),
        ({"content": Content((Text("글"),), (Button("하기", ButtonKind.ACTION, "shed.lend:1"),))}, "button"),
    ],
)
def test_what_cannot_be_a_template_is_refused_by_its_rule(changes, rule):
    with pytest.raises(TemplateUnfit) as refused:
        rules.wanted(replace(READY, **changes))
    assert refused.value.rule == rule


def test_an_end_stays_an_end_but_an_approved_one_can_be_stopped():
    for before in ReviewState:
        stands = DealerTemplate(READY.id, READY.id, "nhn", "c", before, "", None)  # type: ignore[arg-type]  # no time is needed
        for said in ReviewState:
            after = rules.after_review(stands, Review(said))
            if before in (ReviewState.REJECTED, ReviewState.RETIRED):
                assert after is before
            elif before is ReviewState.APPROVED:
                assert after in (ReviewState.APPROVED, ReviewState.RETIRED)
            else:
                assert after is said


def test_prices_are_those_of_the_settings(settings):
    settings.DURE = replace(settings.DURE, dealer_prices=(("alimtalk", 8), ("sms", 10), ("lms", 30)))
    assert {route.value: won for route, won in queries.prices().items() if won} == {"alimtalk": 8, "sms": 30}
    short, long = Content((Text("짧은 글"),)), Content((Text("긴 글 " * 40),))
    assert (queries.price(Route.SMS, short), queries.price(Route.SMS, long)) == (10, 30)
    assert (queries.price(Route.ALIMTALK, long), queries.price(Route.PUSH, long)) == (8, 0)


def test_what_fits_is_told_with_a_mark_of_its_own():
    wanted = rules.wanted(READY)
    assert (wanted.text, wanted.name, len(wanted.mark)) == ("#{이름} 님, 예약되었습니다.", "예약", 20)
    assert wanted.mark == rules.mark(READY.id) != rules.mark(ids.new())
