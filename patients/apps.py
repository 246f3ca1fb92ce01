from django.apps import AppConfig


class PatientsConfig(AppConfig):
    """People and their rights."""

    name = "patients"
