"""The house card of forecasts."""

from datetime import timedelta

from django.apps import AppConfig

from dure.kit.house import HouseCard, Retention


class ForecastsConfig(AppConfig):
    name = "dure.services.forecasts"
    label = "forecasts"
    default_auto_field = "django.db.models.BigAutoField"
    card = HouseCard(
        name="forecasts",
        icon="sun",
        retention=(
            Retention(
                what="alerts that came in, with the bytes as they came",
                keep=timedelta(days=30),
                why="after they were over: so long somebody may ask what was in force",
                by="dure.services.forecasts.tasks.sweep",
            ),
            Retention(
                what="who was told what of which forecast, and whether they read it",
                keep=timedelta(days=30),
                why="after it was told: so long somebody may ask whether a warning reached them",
                by="dure.services.forecasts.tasks.sweep",
            ),
            Retention(
                what="who looked after whom",
                keep=timedelta(days=30),
                why="after either of the two ended it, or nobody answered; a telephone number goes at once, or after two weeks",
                by="dure.services.forecasts.tasks.sweep",
            ),
            Retention(
                what="weather warnings that were lifted, and disaster messages",
                keep=timedelta(days=30),
                why="so long somebody may ask what was warned of",
                by="dure.services.forecasts.tasks.sweep",
            ),
            Retention(
                what="what feeds answered, without its content",
                keep=timedelta(days=30),
                why="so that a silence can be looked into",
                by="dure.services.forecasts.tasks.sweep",
            ),
        ),
    )

    def ready(self) -> None:
        """Take part in the data export."""
        from dure.foundations.people.queries import contribute_export
        from dure.services.forecasts.queries import export_of

        contribute_export(self.label, export_of)
