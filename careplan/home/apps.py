from django.apps import AppConfig


class HomeConfig(AppConfig):
    """First page per role, error pages, demo data: the top storey."""

    name = "careplan.home"
    label = "home"
