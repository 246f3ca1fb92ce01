"""The plan of one patient and its versions, each standing on the one before."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from careplan.plan.models.items import person
from patients.rows import PatientRow


class Phase(models.TextChoices):
    """Where treatment stands (decisions 10)."""

    STABILISE = "stabilise", _("getting steady")  # acute
    HEAL = "heal", _("getting well")  # continuation
    MAINTAIN = "maintain", _("staying well")  # maintenance
    TAPER = "taper", _("lowering slowly")  # on the way out


class Plan(PatientRow):
    """The one plan of a patient; its rows are items, its past is versions."""

    phase = models.CharField(max_length=10, choices=Phase.choices, blank=True)
    phase_since = models.DateField(null=True, blank=True)
    phase_because = models.CharField(max_length=500, blank=True)
    review_on = models.DateField(null=True, blank=True)
    # The number of the newest version: what a form says it was opened on.
    number = models.PositiveIntegerField(default=0)
    therapist_every_days = models.PositiveSmallIntegerField(null=True, blank=True)
    prescriber_every_days = models.PositiveSmallIntegerField(null=True, blank=True)
    # The day each interval was agreed: before a first meeting it counts from there.
    therapist_every_since = models.DateField(null=True, blank=True)
    prescriber_every_since = models.DateField(null=True, blank=True)
    # After so many check-ins without an answer this role gets a task (Q5).
    quiet_run = models.PositiveSmallIntegerField(null=True, blank=True)
    quiet_run_owner = models.CharField(max_length=12, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["patient"], name="one_plan_each"),
            models.CheckConstraint(
                condition=Q(quiet_run__isnull=True, quiet_run_owner="")
                | Q(
                    quiet_run__range=(2, 30),
                    quiet_run_owner__in=("therapist", "prescriber"),
                ),
                name="quiet_run_has_an_owner",
            ),
        ]


class PlanVersion(PatientRow):
    """What stood in the plan from one moment on. Added, never changed.

    It holds no clinical word itself: those lie in its sections, one per topic.
    """

    class Kind(models.TextChoices):
        """How it came to be."""

        AGREED = "agreed", _("agreed by the team")
        OWN = "own", _("the patient's own part")  # decisions 3
        SAFETY = "safety", _("started at once for safety")  # decisions 6

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    hash = models.CharField(max_length=64)
    previous_hash = models.CharField(max_length=64, null=True, blank=True)
    section_hashes = models.JSONField(default=dict)
    author = person()
    agreed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "number"], name="numbers_once"),
            models.UniqueConstraint(fields=["plan", "hash"], name="hashes_once"),
            # Two versions cannot stand on the same one: no fork, no lost edit.
            models.UniqueConstraint(
                fields=["plan", "previous_hash"], name="one_successor"
            ),
            models.CheckConstraint(
                condition=Q(number=1, previous_hash__isnull=True)
                | Q(number__gt=1, previous_hash__isnull=False),
                name="only_the_first_stands_alone",
            ),
            models.CheckConstraint(
                condition=~Q(hash=F("previous_hash")), name="stands_on_another"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["patient", "-number"], name="versions_of_patient"),
        ]


class PlanVersionSection(PatientRow):
    """One topic's exact text in one version, and why it changed, if it did."""

    version = models.ForeignKey(PlanVersion, models.CASCADE, related_name="sections")
    topic = models.CharField(max_length=12)
    # The canonical JSON as signed, byte for byte; the database checks its hash.
    content = models.TextField()
    hash = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["version", "topic"], name="one_section_a_topic"
            ),
            models.CheckConstraint(
                condition=Q(topic__in=["plan", "medicines", "therapy", "safety"]),
                name="section_topics",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["patient", "version"], name="sections_of_patient"),
        ]
