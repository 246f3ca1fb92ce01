"""My safety plan, in the person's words under our own headings (clinical.md 11)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from careplan.plan.models.items import PlanItem
from patients.rows import PatientRow


class SafetyPlan(PlanItem):
    """One at a time; earlier ones stay in the versions. Completeness is a rule."""

    review_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["patient"],
                condition=Q(ended_at__isnull=True),
                name="one_safety_plan",
            ),
        ]


class SafetyLine(PatientRow):
    """One line under one heading."""

    class Heading(models.TextChoices):
        """Our own headings."""

        SIGNS = "signs", _("My signs")
        ALONE = "alone", _("What I can do alone")
        PLACES = "places", _("People and places that take my mind off it")
        SAFER = "safer", _("Making things around me safer")
        REASONS = "reasons", _("What I live for")

    safety_plan = models.ForeignKey(SafetyPlan, models.CASCADE, related_name="lines")
    heading = models.CharField(max_length=10, choices=Heading.choices)
    order = models.PositiveSmallIntegerField(default=1)
    words = models.CharField(max_length=300)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["safety_plan", "heading", "order"], name="lines_in_order"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["patient", "safety_plan"], name="lines_of_safety"),
        ]


class SafetyPerson(PatientRow):
    """Somebody to ask for help: a friend, or a professional."""

    class Kind(models.TextChoices):
        """Who it is."""

        PERSON = "person", _("someone I can ask for help")
        PROFESSIONAL = "professional", _("a professional or a helpline")

    safety_plan = models.ForeignKey(SafetyPlan, models.CASCADE, related_name="people")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    order = models.PositiveSmallIntegerField(default=1)
    name = models.CharField(max_length=120)
    phone = models.CharField(max_length=60, blank=True)
    when = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["safety_plan", "kind", "order"], name="people_in_order"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["patient", "safety_plan"], name="people_of_safety"),
        ]
