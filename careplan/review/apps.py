from django.apps import AppConfig


class ReviewConfig(AppConfig):
    """What a clinician looks at, and the timeline that all three share."""

    name = "careplan.review"
    label = "review"
