from django.apps import AppConfig


class CommonConfig(AppConfig):
    """What every room may use and no room owns. It has no tables."""

    name = "careplan.common"
    label = "common"
