"""What this house knows about one person, for their export."""

from collections.abc import Mapping
from uuid import UUID

from dure.services.broadcast import models

from .requests import request_of


def export_of(person: UUID) -> Mapping[str, object]:
    """Where somebody listens or listened, what they heard, which offices they hold or held, what they said, when they called."""
    listened = models.Listener.objects.filter(person_id=person).select_related("village").order_by("joined_at", "id")
    held = models.Tenure.objects.filter(person_id=person).select_related("village").order_by("begins", "id")
    reached = models.Reach.objects.filter(person_id=person).select_related("airing").order_by("id")
    asked = models.ParentRequest.objects.filter(person_id=person).select_related("village", "household")
    said = models.Announcement.objects.filter(author_id=person).order_by("written_at", "id")
    return {
        "villages": [
            {
                "village": one.village.name,
                "tie": one.tie,
                "zone": one.zone,
                "consent": one.consent,  # version of the words
                "since": one.joined_at,
                "left": one.left_at,
            }
            for one in listened
        ],
        "offices": [
            {"village": one.village.name, "office": one.office, "begins": one.begins, "ends": one.ends} for one in held
        ],
        "heard": [
            {"announcement": str(one.airing.announcement_id), "standing": one.standing, "share": one.share}
            for one in reached
        ],
        "telephone": {
            "password_set_at": models.TelephoneSecret.objects.filter(person_id=person)
            .values_list("set_at", flat=True)
            .first(),
            "calls": list(
                models.Call.objects.filter(person_id=person)
                .order_by("begun_at", "id")
                .values_list("begun_at", flat=True)
            ),
        },
        "parents": [
            {
                "village": one.village,
                "name": one.name,
                "telephone": one.number,
                "state": one.standing,
                "asked": one.asked_at,
            }
            for one in map(request_of, asked)
        ],
        "said": [{"words": one.words, "kind": one.kind, "written": one.written_at} for one in said],
    }
