from django.apps import AppConfig


class PlanConfig(AppConfig):
    """The shared care plan: proposals, versions, and the items they agree on."""

    name = "careplan.plan"
    label = "careplan"
