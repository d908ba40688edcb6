"""The house card of pledges."""

from datetime import timedelta

from django.apps import AppConfig

from dure.kit.house import HouseCard, Retention

from . import types


class PledgesConfig(AppConfig):
    name = "dure.services.pledges"
    label = "pledges"
    default_auto_field = "django.db.models.BigAutoField"
    card = HouseCard(
        name="pledges",
        icon="check",
        news=(
            types.SeasonOpened,
            types.ProjectDecided,
            types.ProjectCancelled,
            types.PledgeMade,
            types.PledgeEnded,
            types.PlaceOffered,
            types.ProofRejected,
            types.AppealHeard,
            types.SeasonSettled,
            types.DisputeDecided,
            types.GiftsPooled,
            types.MeetingCalled,
            types.MeetingMoved,
            types.MeetingCancelled,
            types.MeetingSeatGiven,
        ),
        retention=(
            Retention(
                what="words, numbers and pictures with which days were proved",
                keep=timedelta(days=180),
                why="after the season was settled: so long somebody may ask why a day did not count",
                by="dure.services.pledges.tasks.forget_proofs",
            ),
            Retention(
                what="comments and cheers under proofs",
                keep=timedelta(days=180),
                why="after the season was settled: they go with what they were said of",
                by="dure.services.pledges.tasks.forget_words",
            ),
            Retention(
                what="what people and stewards wrote in disputes of a count",
                keep=timedelta(days=180),
                why="after it was decided: what was decided and booked stays",
                by="dure.services.pledges.tasks.forget_words",
            ),
            Retention(
                what="who voted for which receiver",
                keep=timedelta(days=180),
                why="after the season was settled: so long the vote of a group can be counted anew; what it chose stays",
                by="dure.services.pledges.tasks.forget_words",
            ),
            Retention(
                what="meetings, who wanted to come and who came",
                keep=timedelta(days=180),
                why="after the season was settled: nobody has to know any more who met whom",
                by="dure.services.pledges.tasks.forget_words",
            ),
        ),
    )

    def ready(self) -> None:
        """Take part in the data export."""
        from dure.foundations.people.queries import contribute_export
        from dure.services.pledges.queries import export_of

        contribute_export(self.label, export_of)
