"""Medicines, their dose steps, tapers and holds. Only agreed rows act."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from careplan.plan.models.items import PlanItem, person
from careplan.plan.models.proposal import Proposal
from patients.rows import PatientRow


def amount() -> "models.DecimalField":  # type: ignore[type-arg]
    """An amount of medicine; its unit stands beside it."""
    return models.DecimalField(max_digits=10, decimal_places=4)


class Medication(PlanItem):
    """One medicine of the plan, or one the person says she already takes."""

    class State(models.TextChoices):
        """What the plan does with it."""

        REPORTED = "reported", _("told by you")  # no steps until a prescriber adopts it
        ACTIVE = "active", _("in the plan")
        STOPPED = "stopped", _("stopped")

    # A coded twin when known; free text stands in `name` (R1).
    catalogue_id = models.CharField(max_length=60, blank=True)
    name = models.CharField(max_length=120)
    form = models.CharField(max_length=60, blank=True)
    route = models.CharField(max_length=40, blank=True)
    unit = models.CharField(max_length=20, default="mg")
    purpose = models.CharField(max_length=200, blank=True)
    how_to_take = models.TextField(blank=True)
    what_to_notice = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State.choices)
    prescriber = person(optional=True)
    reported_dose = models.CharField(max_length=200, blank=True)
    started_on = models.DateField(null=True, blank=True)
    stopped_on = models.DateField(null=True, blank=True)
    stopped_because = models.CharField(max_length=500, blank=True)
    review_on = models.DateField(null=True, blank=True)
    # The prescriber's mark, never computed (clinical.md 6).
    adequate_since = models.DateField(null=True, blank=True)
    refill_lead_days = models.PositiveSmallIntegerField(default=28)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state="active") | Q(prescriber__isnull=False),
                name="active_medicine_has_a_prescriber",
            ),
            models.CheckConstraint(
                condition=~Q(state="stopped")
                | (Q(stopped_on__isnull=False) & ~Q(stopped_because="")),
                name="stopped_has_day_and_reason",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["patient", "state"], name="medicines_of_patient"),
        ]


class Strength(PatientRow):
    """A tablet at hand, as the prescriber states it (decisions 15)."""

    medication = models.ForeignKey(Medication, models.CASCADE, related_name="strengths")
    amount = amount()
    can_be_halved = models.BooleanField(default=False)
    stated_by = person()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["medication", "amount"], name="strengths_once"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="strength_is_some"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["patient", "medication"], name="strengths_of"),
        ]


class TaperPlan(PlanItem):
    """A lowering as one signed object: steps, rules, and how long to watch (N4)."""

    class State(models.TextChoices):
        """Where it stands."""

        ACTIVE = "active", _("going on")
        HELD = "held", _("held")
        WATCHING = "watching", _("watching after the last dose")
        DONE = "done", _("done")
        CANCELLED = "cancelled", _("ended early")

    medication = models.ForeignKey(Medication, models.CASCADE, related_name="tapers")
    proposal = models.ForeignKey(
        Proposal, models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE)
    hold_rule = models.TextField()
    step_back_rule = models.TextField()
    watch_until = models.DateField()
    min_interval_days = models.PositiveSmallIntegerField(default=14)
    faster_because = models.CharField(max_length=500, blank=True)
    sessions_warning_because = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["medication"],
                condition=Q(state__in=["active", "held", "watching"]),
                name="one_taper_a_medicine",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["patient", "state"], name="tapers_of_patient"),
        ]


class Regimen(models.TextChoices):
    """How a dose is meant to be taken."""

    REGULAR = "regular", _("every day")
    AS_NEEDED = "as_needed", _("when needed")


class DoseStep(PlanItem):
    """One dose of one medicine for a while: planned, released, current, past, or held.

    A date never moves it: the prescriber releases it, and only then does its local
    day matter (decisions 4). Steps that were in force never overlap.
    """

    class State(models.TextChoices):
        """Where it stands."""

        PLANNED = "planned", _("planned")
        RELEASED = "released", _("released by the prescriber")
        CURRENT = "current", _("now")
        HELD = "held", _("held")  # a later step that waits while a hold is open
        PAST = "past", _("past")
        CANCELLED = "cancelled", _("not used")

    medication = models.ForeignKey(Medication, models.CASCADE, related_name="steps")
    taper = models.ForeignKey(
        TaperPlan, models.PROTECT, null=True, blank=True, related_name="steps"
    )
    proposal = models.ForeignKey(
        Proposal, models.PROTECT, null=True, blank=True, related_name="steps"
    )
    regimen = models.CharField(
        max_length=10, choices=Regimen.choices, default=Regimen.REGULAR
    )
    state = models.CharField(
        max_length=10, choices=State.choices, default=State.PLANNED
    )
    order = models.PositiveSmallIntegerField()
    # The whole day's dose; zero is the step that stops the medicine.
    amount = amount()
    unit = models.CharField(max_length=20, default="mg")
    every_days = models.PositiveSmallIntegerField(default=1)
    purpose = models.CharField(max_length=200, blank=True)
    at_most = models.DecimalField(
        max_digits=10, decimal_places=4, null=True, blank=True
    )
    at_most_times = models.PositiveSmallIntegerField(null=True, blank=True)
    how = models.CharField(max_length=200, blank=True)
    not_before = models.DateField(null=True, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = person(optional=True)
    release_override = models.CharField(max_length=500, blank=True)
    started_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            ExclusionConstraint(
                name="doses_never_overlap",
                expressions=[
                    (F("medication"), RangeOperators.EQUAL),
                    (F("regimen"), RangeOperators.EQUAL),
                    (
                        Func(
                            F("started_on"),
                            F("ended_on"),
                            RangeBoundary(),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(started_on__isnull=False),
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=["planned", "held", "released", "cancelled"],
                    started_on__isnull=True,
                )
                | Q(state="current", started_on__isnull=False, ended_on__isnull=True)
                | Q(state="past", started_on__isnull=False, ended_on__isnull=False),
                name="step_state_fits_its_days",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["released", "current", "past"])
                | Q(released_at__isnull=False, released_by__isnull=False),
                name="no_step_acts_unreleased",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="step_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0) & Q(every_days__gte=1),
                name="dose_is_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(regimen="regular")
                | (~Q(purpose="") & Q(at_most__isnull=False)),
                name="as_needed_says_for_what_and_how_much",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["patient", "medication", "order"], name="steps_of_medicine"
            ),
            models.Index(
                fields=["not_before"],
                condition=Q(state="released"),
                name="steps_to_start",
            ),
        ]


class DoseTime(PatientRow):
    """How much at which time of day; the times of a step add up to its dose."""

    class Slot(models.TextChoices):
        """Times of day in words."""

        MORNING = "morning", _("in the morning")
        MIDDAY = "midday", _("at midday")
        EVENING = "evening", _("in the evening")
        BEDTIME = "bedtime", _("at bedtime")

    step = models.ForeignKey(DoseStep, models.CASCADE, related_name="times")
    slot = models.CharField(max_length=10, choices=Slot.choices)
    amount = amount()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["step", "slot"], name="a_slot_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_time_has_a_dose"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["patient", "step"], name="times_of_step"),
        ]


class Hold(PatientRow):
    """The current step kept open: by a person, or by a met rule that asks (R5)."""

    medication = models.ForeignKey(Medication, models.CASCADE, related_name="holds")
    step = models.ForeignKey(DoseStep, models.PROTECT, related_name="+")
    opened_by = person(optional=True)
    opened_role = models.CharField(max_length=20)
    opened_at = models.DateTimeField()
    reason = models.CharField(max_length=500, blank=True)
    rule = models.CharField(max_length=60, blank=True)
    inputs = models.JSONField(default=dict, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = person(optional=True)
    closed_because = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["medication"],
                condition=Q(closed_at__isnull=True),
                name="one_open_hold",
            ),
            models.CheckConstraint(
                condition=Q(opened_by__isnull=False) | ~Q(rule=""),
                name="held_by_someone_or_a_rule",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["patient", "-opened_at"], name="holds_of_patient"),
        ]
