from django.apps import AppConfig


class JournalConfig(AppConfig):
    """What happened and how it felt, and the measures."""

    name = "journal"
