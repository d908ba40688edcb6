"""`dure verify` on giving: nothing is found in a sound town, and each broken promise is, with the record that breaks it.

What the database refuses by itself is tried at the end.
"""

from uuid import UUID

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from dure.base import ids
from dure.foundations.ledger.types import PAYOUT, InsufficientFunds
from dure.foundations.people.tests import making as folk
from dure.kit.verify import silent
from dure.services.giving import actions, commands, models

from . import busy, making
from .breaks import BREAKS
from .busy import Busy
from .by_hand import box, post, run


@pytest.fixture
def sound(town: making.Town) -> Busy:
    made = busy.town(town)
    busy.hear()
    return made


def findings() -> dict[str, set[str]]:
    """Subjects by the check that named them."""
    found = {check.name: {each.subject for each in check.run(silent)} for check in commands.verify_checks()}
    return {name: subjects for name, subjects in found.items() if subjects}


def test_a_sound_town_has_no_findings_at_any_stage(town: making.Town) -> None:
    made = busy.town(town)
    assert findings() == {}, "news of gifts that still waits is no broken promise"
    busy.hear()
    assert findings() == {}
    actions.refund_gift(made.giver, made.gift, "a slip", key=making.key())
    assert findings() == {}


def test_each_break_is_found_by_its_check_and_named_without_anybody_s_words(sound: Busy) -> None:
    """One town for all: each break is undone before the next."""
    models.Gift.objects.filter(id=sound.gift).update(message="비밀 이야기")
    unseen = []
    for check, broken in ((check, one) for check, several in BREAKS.items() for one in several):
        with transaction.atomic():
            subject = str(broken(sound))
            found = [each for one in commands.verify_checks() for each in one.run(silent)]
            transaction.set_rollback(True)
        if (check, subject) not in {(each.check, each.subject) for each in found}:
            unseen.append((check, broken.__qualname__, subject, found))
        assert all(UUID(each.subject) and each.what.isascii() and "@" not in each.what for each in found)
    assert unseen == []
    assert findings() == {}
    assert set(BREAKS) == {check.name for check in commands.verify_checks()}


def test_what_the_database_refuses_by_itself(sound: Busy) -> None:
    gift, cheer = models.Gift.objects.get(id=sound.gift), models.Cheer.objects.get(id=sound.cheer)
    agreement = models.Agreement.objects.get(cause_id=sound.vetting)
    gift.id, gift.key, cheer.id, agreement.id = ids.new(), "again", ids.new(), ids.new()
    for refused, row in (
        ("giving_gift_payment_key", gift),
        ("giving_cheer_matched_once", cheer),
        ("giving_agreement_once", agreement),
    ):
        with pytest.raises(IntegrityError, match=refused), transaction.atomic():
            row.save(force_insert=True)
    agreement.person_id = folk.id_of(folk.person())
    with pytest.raises(IntegrityError, match="giving_agreement_identity"), transaction.atomic():
        agreement.save(force_insert=True)
    for change in ("UPDATE ledger_transfer SET amount = 1 WHERE id = %s", "DELETE FROM ledger_transfer WHERE id = %s"):
        with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
            run(change, sound.gift)
    for account in (models.MatchFund.objects.get(id=sound.fund).account, box(sound.open).account):
        with pytest.raises(InsufficientFunds):
            post(account, box(sound.open).project_account, 1_000_000, PAYOUT, ref=sound.open)
