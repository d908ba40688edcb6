"""The settings of the identity party with the tables of all parties: for type checks only. No process runs on them."""

from dure.site import parties as _parties
from dure.site.settings import *  # noqa: F403 - the same settings, but for the apps

INSTALLED_APPS = _parties.all_apps()
