"""Django registration of the kit."""

from django.apps import AppConfig

from . import lookups, migrating


class KitConfig(AppConfig):
    name = "dure.kit"
    label = "kit"
    verbose_name = "Kit"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        migrating.render_less()
        lookups.register()
