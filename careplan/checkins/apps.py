from django.apps import AppConfig


class CheckinsConfig(AppConfig):
    """When to ask, and the asking."""

    name = "careplan.checkins"
    label = "checkins"
