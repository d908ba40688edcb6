"""The words of announcements in other languages."""

from collections.abc import Mapping
from types import MappingProxyType

from dure.base.actors import PersonId
from dure.services.broadcast import models
from dure.services.broadcast.types import Announcement, AnnouncementId, Membership


def translations_of(announcement_id: AnnouncementId) -> Mapping[str, str]:
    """The translations that there are, by language. For who may read the announcement."""
    rows = models.Translation.objects.filter(announcement_id=announcement_id)
    return MappingProxyType(dict(rows.values_list("language", "words")))


def language_for(person: PersonId, found: Announcement) -> str:
    """In which language somebody wishes to read what is said to the village; empty: they did not say."""
    villages = [one.id for one in found.villages]
    here = models.Listener.objects.filter(person_id=person, village_id__in=villages, left_at__isnull=True)
    row = here.exclude(language="").order_by("joined_at", "id").first()
    return row.language if row else ""


def reads_in(membership: Membership) -> str:
    """In which language a listener reads; empty: they did not say."""
    return models.Listener.objects.values_list("language", flat=True).get(id=membership.id)
