"""The house card of people."""

from django.apps import AppConfig

from dure.kit.house import HouseCard, Retention

from . import rules, types


class PeopleConfig(AppConfig):
    name = "dure.foundations.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"
    card = HouseCard(
        name="people",
        icon="people",
        news=(
            types.PersonJoined,
            types.AccountClosed,
            types.OrganisationRegistered,
            types.OrganisationVerified,
            types.OrganisationRejected,
            types.OrganisationRevoked,
            types.MemberInvited,
            types.MemberJoined,
            types.MemberRemoved,
            types.RoleAsked,
            types.RoleSuspended,
            types.ConsentGiven,
            types.ConsentWithdrawn,
        ),
        retention=(
            Retention(
                what="an account whose address nobody proved",
                keep=rules.UNVERIFIED_KEPT,
                why="long enough to find the letter; after that it is erased",
                by="dure.foundations.people.tasks.forget",
            ),
            Retention(
                what="the fingerprint of a closed account's mailbox",
                keep=rules.FINGERPRINT_KEPT,
                why="so that nobody counts twice by leaving and joining again",
                by="dure.foundations.people.tasks.forget",
            ),
            Retention(
                what="a log-in: its network address and browser",
                keep=rules.SESSION_KEPT + rules.ENDED_SESSION_KEPT,
                why="so that people see where they are logged in, and can end it",
                by="dure.foundations.people.tasks.forget",
            ),
            Retention(
                what="an open invitation",
                keep=rules.INVITATION_VALID,
                why="so that an offer ends by itself",
                by="dure.foundations.people.queries.invitations_to",
            ),
        ),
    )
