"""The house card of village broadcast."""

from datetime import timedelta

from django.apps import AppConfig

from dure.kit.house import HouseCard, Retention


class BroadcastConfig(AppConfig):
    name = "dure.services.broadcast"
    label = "broadcast"
    default_auto_field = "django.db.models.BigAutoField"
    card = HouseCard(
        name="broadcast",
        icon="bell",
        retention=(
            Retention(
                what="who heard an announcement, by which ways it was tried, and the recorded voice",
                keep=timedelta(days=180),
                why="after it was last on the air: so long somebody may ask who was told; the words that were said stay",
                by="dure.services.broadcast.tasks.forget_announcements",
            ),
            Retention(
                what="the sound that was made of an announcement",
                keep=timedelta(days=30),
                why="after it was last on the air: so long it may be heard again; it can be made anew",
                by="dure.services.broadcast.tasks.forget_announcements",
            ),
            Retention(
                what="that somebody listened to a village, what bound them to it, and the words to which they said yes",
                keep=timedelta(days=180),
                why="after they left, and when what they were told is forgotten: so long one may ask why they were called",
                by="dure.services.broadcast.tasks.forget_announcements",
            ),
            Retention(
                what="that somebody called, and where the call stood; the number itself is not kept",
                keep=timedelta(days=1),
                why="so long what a gateway tells twice is answered the same",
                by="dure.services.broadcast.tasks.forget_announcements",
            ),
            Retention(
                what="name and number of who listens by telephone without an account, and what became of announcements there",
                keep=timedelta(days=180),
                why="after they left, and when what they were told is forgotten: so long one may ask why they were called",
                by="dure.services.broadcast.tasks.forget_announcements",
            ),
            Retention(
                what="for whom somebody asked the village, with name and number",
                keep=timedelta(days=30),
                why="after it is over: so long one may look what became of it, and nobody asks again at once",
                by="dure.services.broadcast.tasks.forget_announcements",
            ),
            Retention(
                what="announcements that a listener hears again",
                keep=timedelta(days=30),
                why="after they were on the air: so long a villager may call back",
                by="dure.services.broadcast.queries.archive",
            ),
        ),
    )

    def ready(self) -> None:
        """Take part in the data export."""
        from dure.foundations.people.queries import contribute_export
        from dure.services.broadcast.queries import export_of

        contribute_export(self.label, export_of)
