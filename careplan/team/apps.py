from django.apps import AppConfig


class TeamConfig(AppConfig):
    """What people write to each other: alerts, heads-ups, concerns, conversations."""

    name = "careplan.team"
    label = "team"
