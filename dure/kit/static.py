"""Static files under names that carry a hash of their content, so that browsers may keep them for a year."""

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage


class HashedStaticFiles(ManifestStaticFilesStorage):
    """Django's storage with a manifest. Before the files are collected (tests, a fresh clone) plain names stand in."""

    def stored_name(self, name: str) -> str:
        return str(super().stored_name(name)) if self.hashed_files else name
