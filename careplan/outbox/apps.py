from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "careplan.outbox"
    label = "outbox"
