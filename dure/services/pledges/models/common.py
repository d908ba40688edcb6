"""What several tables of pledges share."""

from django.core.files.storage import Storage, storages

STATE_LENGTH = 12
NAME_LENGTH, PROSE_LENGTH, CODE_LENGTH = 60, 300, 12
PICTURES = "pledges/pictures"  # folder of the private store


def private() -> Storage:
    """Files that only a page which asks for a permission hands out."""
    return storages["private"]


BOX_TITLE_LENGTH = 80
