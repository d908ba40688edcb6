"""A town with causes in every state, and requests made up from the API's own description, sent by everybody to all of it.

Half of the ids in addresses and bodies are replaced by ids of real things, so that requests get past "there is no such thing".
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

import schemathesis
from django.db import transaction
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import AcceptedNegativeData, FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from dure.base import clock, ids
from dure.foundations.channels import actions as channels
from dure.foundations.channels import queries as ways
from dure.foundations.ledger.providers import sign_receipt
from dure.foundations.ledger.types import Scenario
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import Actor
from dure.kit import bearer, tx
from dure.kit.problems import MEDIA_TYPE
from dure.services.giving import actions, queries
from dure.services.giving.tests import making
from dure.services.giving.tests.making import Town, key
from dure.services.giving.tests.strategies import lines_of
from dure.services.giving.types import BoxId, CauseId, MatchKind
from dure.site import api as site_api

FIELDS_OF_IDS: Final = {
    "partner": "partner",
    "issuer": "partner",
    "agreements": "agreement",
    "ref": "cause",
    "region": "region",
    "order": "order",
    "payment": "payment",
}
HOT: Final = "POST /api/v1/giving/boxes/{box}/gifts"
PROVE: Final = "PUT /api/v1/pledges/mine/{pledge}/days/{day}"
CHECKS: Final = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@dataclass(frozen=True)
class Around:
    """Whom requests come from (a token, or none), and ids of things that are there, by the name of a parameter."""

    tokens: Mapping[str, str]
    real: Mapping[str, list[Any]]
    paid: tuple[dict[str, Any], ...] = ()  # gifts that the citizen has paid for, to the open box


@dataclass
class Seen:
    """What came of all requests."""

    faults: dict[tuple[str, str], str] = field(default_factory=dict)  # operation and kind of fault: the first example
    cases: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)


def _causes(town: Town) -> dict[str, CauseId]:
    """A cause in each state that needs no money."""
    boxes = {
        "draft": making.drafted(town),
        "proposed": making.proposed(town),
        "vetting": making.agreed(town, 1),
        "open": making.opened(town),
        "withdrawn": making.proposed(town),
        "rejected": making.agreed(town, 1),
        "needs_work": making.agreed(town, 1),
        "stopped": making.opened(town),
    }
    actions.withdraw(town.proposer, boxes["withdrawn"], "a sample", key=key())
    actions.reject(town.stewards[0], boxes["rejected"], "a sample reason", key=key())
    actions.ask_work(town.stewards[0], boxes["needs_work"], "a sample reason", key=key())
    return boxes


def around() -> Around:
    """The town: one cause in each state, and people of every kind. The gate must open at one agreement."""
    town, donor = making.town(), folk.person("박기부")
    boxes = _causes(town)
    gifts = [making.given(donor, BoxId(boxes[state]), 3_000).id for state in ("open", "stopped")]
    waiting = making.begun(donor, BoxId(boxes["open"]), 2_000)
    declined = making.begun(donor, BoxId(boxes["open"]), 2_000)
    making.chosen(declined, Scenario.NOT_ENOUGH_FUNDS)
    actions.cheer(donor, BoxId(boxes["open"]), MatchKind.COMMENT, "a sample", key=key())
    actions.stop(town.stewards[0], BoxId(boxes["stopped"]), "a sample reason", key=key())
    shut, given = making.closed(town, (100_000,))
    planned, _ = making.closed(town, (100_000,))
    actions.revise_plan(town.owner, planned, lines_of(queries.totals(planned).raised, 2), key=key())
    reported, reported_gifts = making.reported(town, (100_000,), (40_000, 60_000))
    paid_out, _ = making.paid_out(town, (100_000,))
    line = making.spend(town, paid_out, 1_000)
    fund = actions.open_fund(town.stewards[0], "예시 기금", None, key=key())
    actions.top_up(town.stewards[0], fund, 10_000, key(), key=key())
    everything = [*boxes.values(), shut, planned, paid_out, reported]
    agreements = [each.id for each in queries.agreements(boxes["vetting"], town.stewards[0]).entries]
    paid = [
        (amount, sign_receipt(ids.new(), boxes["open"], folk.id_of(donor), amount)) for amount in (1_000, 2_000, 3_000)
    ]
    _reached(donor)
    people: dict[str, Actor] = {
        "citizen": donor,
        "proposer": town.proposer,
        "owner": town.owner,
        "steward": town.stewards[1],
        "auditor": folk.auditor(),
        "unverified": folk.person(verified=False),
    }
    return Around(
        tokens={name: bearer.mint(folk.id_of(who), verified=who.verified) for name, who in people.items()}
        | {"nobody": ""},
        real={
            "cause": [str(each) for each in everything],
            "box": [str(each) for each in everything],
            "gift": [str(each) for each in (*gifts, *given, *reported_gifts)],
            "line": [str(line), *(str(each.id) for each in queries.filed_report(reported))],
            "fund": [str(fund)],
            "partner": [str(town.partner)],
            "organisation": [str(town.partner)],
            "agreement": [str(each) for each in agreements],
            "region": [town.region],
            "order": [waiting, declined],
            "payment": [payment for _amount, payment in paid],
            "open": [str(boxes["open"])],
            "code": ["not_found", "bad_value", "wrong_password"],
            "year": [2026],
        },
        paid=tuple({"amount": amount, "payment": payment} for amount, payment in paid),
    )


def _reached(by: Actor) -> None:
    """Somebody with mail and a proved number, and another that waits for its code."""
    with tx.durable():
        channels.choose_mail(by, True)
        asked = channels.ask_number(by, "010-0000-5678")
        channels.prove_number(by, ways.code_of(asked.id))
    later = clock.now() + timedelta(minutes=2)
    with clock.read_from(lambda: later), tx.durable():
        channels.ask_number(by, "010-0000-5679")


@st.composite
def requests(draw: st.DrawFn, operation: Any, mode: Any, known: Around) -> tuple[Any, str, bool]:
    """A request to `operation`, who sends it, and whether it is exactly as it was made up."""
    case = draw(operation.as_strategy(generation_mode=mode))
    who = draw(st.sampled_from(sorted(known.tokens)))
    names = [name for name in case.path_parameters or {} if name in known.real]
    changed = bool(names) and draw(st.booleans())
    if changed:
        for name in names:
            case.path_parameters[name] = draw(st.sampled_from(known.real[name]))
    if draw(st.booleans()):
        body = _with_real_ids(draw, case.body, known)
        changed, case.body = changed or body != case.body, body
    if operation.label == HOT and draw(st.booleans()):
        case.path_parameters["box"], who = known.real["open"][0], "citizen"
        changed, case.body = True, draw(st.sampled_from(known.paid))
    return case, who, not changed


def _with_real_ids(draw: st.DrawFn, body: Any, known: Around) -> Any:
    if isinstance(body, list):
        return [_with_real_ids(draw, each, known) for each in body]
    if not isinstance(body, dict):
        return body
    new = {}
    for name, value in body.items():
        pool = known.real.get(FIELDS_OF_IDS.get(name, ""))
        if pool and isinstance(value, str):
            new[name] = draw(st.sampled_from(pool))
        elif pool and isinstance(value, list):
            new[name] = draw(st.lists(st.sampled_from(pool), min_size=1, max_size=3))
        else:
            new[name] = _with_real_ids(draw, value, known)
    return new


def operations() -> dict[str, Any]:
    """Every operation of the API, by its name."""
    schema = schemathesis.openapi.from_dict(site_api.description())
    return {found.label: found for found in map(_ok, schema.get_all_operations())}


def _ok(read: Any) -> Any:
    return read.ok()


def send(client: Any, seen: Seen, case: Any, who: str, token: str, *, pure: bool) -> None:
    """Send the request and note what is wrong with the answer."""
    sent = case.as_transport_kwargs(base_url="http://localhost")
    headers = {
        name: value for name, value in dict(sent.pop("headers") or {}).items() if name.lower() != "authorization"
    }
    if token:
        headers["Authorization"] = f"Bearer {token}"
    content = sent.pop("data", None)
    answer = client.request(
        sent.pop("method"),
        sent.pop("url"),
        headers=headers,
        content=content,
        json=sent.pop("json", None),
        params=sent.pop("params", None),
    )
    answer.elapsed = timedelta()  # the transport of the tests does not take the time
    label = case.operation.label
    seen.cases[label] += 1
    seen.statuses[answer.status_code] += 1
    checks = [*CHECKS, negative_data_rejection] if pure and token else CHECKS
    try:
        case.validate_response(answer, checks=checks)
    except FailureGroup as group:
        for failure in group.exceptions:
            if isinstance(failure, AcceptedNegativeData) and "Authorization" in str(failure):
                continue  # we put the token there ourselves
            seen.faults.setdefault((label, type(failure).__name__), f"{who}: {failure}\n{answer.request.content!r}")
    for fault in _faults(case, answer):
        seen.faults.setdefault((label, fault), f"{who}: {answer.request.url} {answer.request.content!r} {answer.text}")


def _faults(case: Any, answer: Any) -> Iterator[str]:
    """What the description allows by `default`, we do not: every status is named, every no is a problem."""
    named = case.operation.definition.raw["responses"]
    if str(answer.status_code) not in named:
        yield f"status {answer.status_code} is not in the description"
    if answer.status_code >= 400 and answer.headers.get("content-type") != MEDIA_TYPE:
        yield "a refusal that is no problem"
    if answer.status_code >= 500 and answer.status_code != 503:
        yield f"answered {answer.status_code}"


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside leaves no trace: the next request finds the same town."""
    block: Any = transaction.atomic()
    block._from_testcase = True  # what opens a transaction of its own may do so inside
    with block:
        yield
        transaction.set_rollback(True)
