"""The house card of checkin, and the tables of its three parties. A process has those of one party (dure/site/parties.py)."""

from datetime import timedelta
from importlib import import_module

from django.apps import AppConfig, apps
from django.utils.module_loading import module_has_submodule

from dure.kit.house import HouseCard, Retention

from .rules.calendar import DAYS_KEPT, SPENT_DAYS
from .rules.days import AHEAD

HOUSE = "dure.services.checkin"


class CheckinConfig(AppConfig):
    """What all parties have: types, rules, texts. No table."""

    name = HOUSE
    label = "checkin"
    default = True
    default_auto_field = "django.db.models.BigAutoField"
    card = HouseCard(
        name="checkin",
        icon="checkin",
        retention=(
            Retention(
                what="visits: place, half hour and sealed label, at the visit party; what a query opened, at the authority",
                keep=timedelta(days=DAYS_KEPT),
                why="so long somebody may have to be told; then the keys of the day are destroyed, and its tables dropped",
                by=f"{HOUSE}.queries.days.secret",
            ),
            Retention(
                what="which codes of a day were taken, at the visit party",
                keep=timedelta(days=SPENT_DAYS),
                why="longer than any code of that day can be brought",
                by=f"{HOUSE}.queries.days.secret",
            ),
            Retention(
                what="whose codes to read out the visit party has, and how many were told by telephone, at the identity party",
                keep=timedelta(days=AHEAD + 1),
                why="so that each is handed over once, and the next call tells the next one; of tomorrow from this evening on",
                by=f"{HOUSE}.tasks.identity.hand_spoken",
            ),
            Retention(
                what="who was warned of which place, and in which words, at the identity party",
                keep=timedelta(days=DAYS_KEPT),
                why="nobody is told twice for a query; then nobody reads any more who was where",
                by=f"{HOUSE}.tasks.identity.forget_told",
            ),
        ),
    )


class PartyTables(AppConfig):
    """The tables of one party, and its rooms: `pages.<party>`, `tasks.<party>` and so on."""

    default_auto_field = "django.db.models.BigAutoField"
    house = HOUSE
    party = ""

    def import_models(self) -> None:
        self.models = apps.all_models[self.label]
        self.models_module = import_module(f"{self.name}.tables")

    def ready(self) -> None:
        """The queue looks for tasks in `checkin.tasks`, which is common to all: those of this party are found here."""
        if module_has_submodule(import_module(f"{HOUSE}.tasks"), self.party):
            import_module(f"{HOUSE}.tasks.{self.party}")


class IdentityTables(PartyTables):
    name = f"{HOUSE}.models.identity"
    label = "checkin_identity"
    party = "identity"

    def ready(self) -> None:
        """People can agree to check-in, among all else that they agree to; and see that they asked to be told codes."""
        super().ready()
        from dure.foundations.people.queries import contribute_export, declare_consent
        from dure.services.checkin.queries.identity_spoken import export_of
        from dure.services.checkin.rules.consent import CONSENT

        declare_consent(CONSENT)
        contribute_export(CheckinConfig.label, export_of)


class VisitTables(PartyTables):
    name = f"{HOUSE}.models.visits"
    label = "checkin_visits"
    party = "visits"


class AuthorityTables(PartyTables):
    name = f"{HOUSE}.models.authority"
    label = "checkin_authority"
    party = "authority"
