"""What giving knows of a person: told when they ask, in the way while others rely on them, erased when its time is over."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from dure.base import clock
from dure.base.refusals import NotAllowed
from dure.foundations.people import actions as people_actions
from dure.foundations.people import queries as people
from dure.foundations.people.tests import making as folk
from dure.foundations.people.types import Actor, Origin, system
from dure.kit import tx
from dure.services.giving import actions, models, queries
from dure.services.giving.types import MatchKind

from . import making
from .making import Town, key
from .strategies import lines_of

BY = system("test")


def codes(person: object) -> list[str]:
    return [one.code for one in people.closing_objections(folk.id_of(person)) if one.house == "giving"]  # type: ignore[arg-type]  # an actor of these tests is a person


def exported(person: Actor) -> dict[str, list[dict[str, object]]]:
    """Giving's part of the file that the person takes with them."""
    with zipfile.ZipFile(io.BytesIO(b"".join(people_actions.export(person)))) as archive:
        part: dict[str, list[dict[str, object]]] = json.loads(archive.read("giving.json"))
        return part


def test_an_export_holds_what_a_person_did_here(town: Town) -> None:
    donor = folk.person()
    box = making.opened(town)
    making.given(donor, box, 5_000, words=("For a warm winter", True))
    actions.cheer(donor, box, MatchKind.COMMENT, "Well done", key=key())
    actions.agree(donor, making.proposed(town), key=key())
    part = exported(donor)
    assert [gift["message"] for gift in part["gifts"]] == ["For a warm winter"]
    assert [cheer["text"] for cheer in part["cheers"]] == ["Well done"]
    assert len(part["agreements"]) == 1
    own = exported(town.proposer)
    assert {row["title"] for row in own["proposals"]} == {"Warm winter for a sample village"}
    assert "propose" in {row["want"] for row in own["steps"]}


def test_nobody_leaves_silently_while_others_rely_on_them(town: Town, client: Client) -> None:
    cause = making.proposed(town)
    assert codes(town.proposer) == ["cause_running"]
    client.force_login(get_user_model().objects.get(id=folk.id_of(town.proposer)))
    assert "진행되고 있습니다" in client.get(reverse("people:close")).content.decode()
    actions.withdraw(town.proposer, cause, "", key=key())
    assert codes(town.proposer) == []
    box, _ = making.closed(town, (100_000,))
    donor = folk.person()
    making.begun(donor, making.opened(town), 5_000)
    assert codes(donor) == ["gift_under_way"]
    actions.revise_plan(town.owner, box, lines_of(100_000), key=key())
    making.approve(town.stewards[0], box)
    assert codes(town.stewards[0]) == ["payout_waiting"]
    actions.reject_plan(town.stewards[0], box, "Too vague.", key=key())
    assert codes(town.stewards[0]) == []


def test_the_mark_of_a_mailbox_does_not_link_causes_and_is_erased(town: Town) -> None:
    neighbour = folk.person()
    first, second = making.proposed(town), making.proposed(town)
    for cause in (first, second):
        actions.agree(neighbour, cause, key=key())
    marks = set(models.Agreement.objects.values_list("identity", flat=True))
    assert len(marks) == 2
    assert people.identity_of(folk.id_of(neighbour)).key not in marks
    making.say_yes(town.stewards[0], first)
    assert actions.forget(BY, clock.now() + timedelta(days=29)) == 0
    later = clock.now() + timedelta(days=31)
    assert actions.forget(BY, later) == 1, "the gate of the second may open again, so its marks are still needed"
    assert models.Agreement.objects.get(cause_id=first).identity == ""
    assert models.Agreement.objects.get(cause_id=second).identity != ""
    assert actions.forget(BY, later) == 0
    with pytest.raises(NotAllowed):
        actions.forget(town.stewards[0], later)


def test_the_words_of_who_left_go_and_the_sums_stay(town: Town) -> None:
    donor, box = folk.person(), making.opened(town)
    making.given(donor, box, 5_000, words=("For a warm winter", True))
    actions.cheer(donor, box, MatchKind.COMMENT, "Well done", key=key())
    waiting = making.proposed(town)
    actions.agree(donor, waiting, key=key())
    with tx.durable():
        people_actions.close_account(donor, Origin(face="page"))
    assert actions.forget(BY, clock.now()) == 2
    assert models.Gift.objects.get(donor_id=folk.id_of(donor)).message == ""
    assert models.Cheer.objects.get(person_id=folk.id_of(donor)).text == ""
    assert queries.totals(box).people == 5_000
    with time_machine.travel(clock.now() + timedelta(days=31), tick=False):
        actions.forget(BY, clock.now())
    assert models.Agreement.objects.get(cause_id=waiting).identity == ""


def test_a_proof_is_kept_ten_years(town: Town) -> None:
    box, _ = making.reported(town, (100_000,), (100_000,))
    assert actions.forget(BY, clock.now() + timedelta(days=3_600)) >= 0
    assert models.ReportLine.objects.get(box_id=box).proof
    actions.forget(BY, clock.now() + timedelta(days=3_660))
    line = models.ReportLine.objects.get(box_id=box)
    assert not line.proof
    assert line.proof_sha256
