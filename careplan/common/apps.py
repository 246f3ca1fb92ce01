from django.apps import AppConfig

from careplan.common import checks


class CommonConfig(AppConfig):
    """What every room may use and no room owns. It has no tables."""

    name = "careplan.common"
    label = "common"

    def ready(self) -> None:
        """Put our checks of the settings among Django's."""
        checks.register_all()
