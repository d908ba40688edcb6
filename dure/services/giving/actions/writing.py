"""Letters to the donors of a box: written down at once, taken a few at a time by a task that sends them."""

from itertools import batched

from dure.base import clock
from dure.foundations.people import queries as people
from dure.foundations.people.types import Actor, PersonId
from dure.kit import tx
from dure.services.giving import models, rules
from dure.services.giving.types import BoxId, GiftState, Letter, LetterKind

LETTERS = "letters"  # the consent that people give to such letters
LETTERS_AT_ONCE = 2_000


def write_donors(by: Actor, box: BoxId, kind: LetterKind) -> None:
    """Write down one letter for each donor whose gift stands and who agreed to letters. Safe to repeat. Raises NotAllowed."""
    rules.may_run(by)
    gifts = models.Gift.objects.filter(box_id=box, state=GiftState.GIVEN)
    donors = set(gifts.order_by().values_list("donor_id", flat=True).distinct()) & set(
        people.persons_consenting(LETTERS)
    )
    now = clock.now()
    for some in batched(sorted(donors), LETTERS_AT_ONCE):
        with tx.durable():
            models.Letter.objects.bulk_create(
                [models.Letter(box_id=box, donor_id=donor, kind=kind, asked_at=now) for donor in some],
                ignore_conflicts=True,
            )


def take_letters(by: Actor, most: int) -> tuple[Letter, ...]:
    """The next letters to send; each is answered once. Those whose donor took the consent back meanwhile are left out.

    Raises NotAllowed.
    """
    rules.may_run(by)
    with tx.durable():
        waiting = models.Letter.objects.select_for_update(skip_locked=True).filter(taken_at=None)
        rows = list(waiting.order_by("id")[:most])
        models.Letter.objects.filter(id__in=[row.id for row in rows]).update(taken_at=clock.now())
    return tuple(
        Letter(BoxId(row.box_id), row.donor_id, LetterKind(row.kind))
        for row in rows
        if people.has_consent(PersonId(row.donor_id), LETTERS)
    )
