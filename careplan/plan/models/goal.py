"""What the person wants, does and watches for: the patient's own part of the plan."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from careplan.plan import ties
from careplan.plan.models.items import PlanItem, person
from patients.rows import PatientRow


class Goal(PlanItem):
    """A goal in the person's own words. Progress is theirs and never versioned."""

    class Closeness(models.TextChoices):
        """How close it feels, in words."""

        NOT_YET = "not_yet", _("not yet")
        A_LITTLE = "a_little", _("a little")
        HALF_WAY = "half_way", _("about half way")
        NEARLY = "nearly", _("nearly there")
        REACHED = "reached", _("reached")

    words = models.CharField(max_length=300)
    next_step = models.CharField(max_length=300, blank=True)
    owner = person()
    target_on = models.DateField(null=True, blank=True)
    closeness = models.CharField(
        max_length=10, choices=Closeness.choices, default=Closeness.NOT_YET
    )
    progress = models.CharField(max_length=300, blank=True)
    progress_at = models.DateTimeField(null=True, blank=True)
    reached_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["patient", "ended_at"], name="goals_of_patient"),
        ]


class GoalStep(PatientRow):
    """One small step of a goal; done or not."""

    goal = models.ForeignKey(Goal, models.CASCADE, related_name="steps")
    order = models.PositiveSmallIntegerField(default=1)
    words = models.CharField(max_length=300)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["goal", "order"], name="steps_in_order"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["patient", "goal"], name="steps_of_goal"),
        ]


class Practice(PlanItem):
    """A daily habit chosen by the person: aim, first small step, who helps (L16)."""

    class Kind(models.TextChoices):
        """What kind of habit."""

        MOVEMENT = "movement", _("moving about")
        SLEEP = "sleep", _("sleep")
        MINDFULNESS = "mindfulness", _("mindfulness")
        PEOPLE = "people", _("people")
        OTHER = "other", _("something else")

    kind = models.CharField(max_length=12, choices=Kind.choices)
    aim = models.CharField(max_length=300)
    first_step = models.CharField(max_length=300, blank=True)
    who_helps = models.CharField(max_length=200, blank=True)
    review_on = models.DateField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["patient", "ended_at"], name="practices_of_patient"),
        ]


class EarlySign(PlanItem):
    """A sign that things may be slipping, and who does what then (L7, N13)."""

    class Level(models.TextChoices):
        """How far along it is, in words rather than colours."""

        EARLY = "early", _("an early sign")
        STRONGER = "stronger", _("a stronger sign")
        URGENT = "urgent", _("time to get help")

    words = models.CharField(max_length=300)
    level = models.CharField(max_length=10, choices=Level.choices, default=Level.EARLY)
    i_do = models.CharField(max_length=300, blank=True)
    therapist_does = models.CharField(max_length=300, blank=True)
    prescriber_does = models.CharField(max_length=300, blank=True)
    # What live data shows it, as `ties` writes it, and the name of what is watched.
    tied_to = models.CharField(max_length=60, blank=True)
    tied_name = models.CharField(max_length=80, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["patient", "ended_at"], name="signs_of_patient"),
        ]

    @property
    def shown_by(self) -> str:
        """What in the journal shows it, in words; "" when people look out for it."""
        return ties.words(self.tied_to, self.tied_name)


class StayingWell(PlanItem):
    """The staying-well plan, in the person's words (clinical.md 11)."""

    when_well = models.TextField(blank=True)
    learned = models.TextField(blank=True)
    helped = models.TextField(blank=True)
    keep_doing = models.TextField(blank=True)
    sets_off = models.TextField(blank=True)
    habits_that_pull_down = models.TextField(blank=True)
    coming_up = models.TextField(blank=True)
    medicine_plan = models.TextField(blank=True)
    who_to_contact = models.TextField(blank=True)
    call_when = models.CharField(max_length=300, blank=True)
    review_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["patient"],
                condition=Q(ended_at__isnull=True),
                name="one_staying_well_plan",
            ),
        ]


class Preference(PlanItem):
    """What the person wants or refuses, dated: an advance statement (P6)."""

    class Kind(models.TextChoices):
        """Which way it points."""

        PREFERS = "prefers", _("I would rather have")
        REFUSES = "refuses", _("I do not want")
        MATTERS = "matters", _("What matters to me")

    kind = models.CharField(max_length=10, choices=Kind.choices)
    words = models.CharField(max_length=500)
    because = models.CharField(max_length=500, blank=True)
    stated_on = models.DateField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["patient", "ended_at"], name="preferences_of"),
        ]


class Approach(PlanItem):
    """Therapy first, medicine first or both, with what was weighed (L13)."""

    class Choice(models.TextChoices):
        """Which way to begin."""

        THERAPY = "therapy", _("therapy first")
        MEDICINE = "medicine", _("medicine first")
        BOTH = "both", _("both together")
        NOT_SURE = "not_sure", _("not sure yet")

    choice = models.CharField(max_length=10, choices=Choice.choices)
    benefits = models.TextField()
    risks = models.TextField()
    patient_words = models.TextField()
    because = models.TextField()
    discussed_with = person()
    discussed_on = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["patient"],
                condition=Q(ended_at__isnull=True),
                name="one_approach",
            ),
            models.CheckConstraint(
                condition=~Q(benefits="")
                & ~Q(risks="")
                & ~Q(patient_words="")
                & ~Q(because=""),
                name="approach_was_weighed",
            ),
        ]
