"""When to ask (Schedule) and each asking (Prompt)."""

from datetime import date, datetime, time, timedelta
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from careplan.checkins.timing import (
    EVERY_DAY,
    Asked,
    QuietHours,
    Rule,
    slot_of,
    tightened,
)
from patients.rows import PatientRow


class Kind(models.TextChoices):
    """What is asked for. One schedule a patient and kind (and target)."""

    CHECKIN = "checkin", _("check-in")
    DOSES = "doses", _("what you take")
    MEASURE = "measure", _("a form")
    HOMEWORK = "homework", _("something you planned")
    VISIT = "visit", _("getting ready for a visit")
    STEP = "step", _("a step that begins today")


BY_OCCASION = frozenset({Kind.MEASURE, Kind.HOMEWORK, Kind.VISIT, Kind.STEP})
"""Asked when something of the plan or the journal falls due. The schedule without a
target holds the person's wish and is never due itself; each occasion has its own."""


class Words(models.TextChoices):
    """How much the message says. Neither names anything of the record."""

    PLAIN = "plain", _("Plain: “Time for a check-in, if you like.”")
    DISCREET = "discreet", _("Discreet: “A reminder you set.”")


def every_day() -> list[int]:
    return sorted(EVERY_DAY)


def by_email() -> list[str]:
    return ["email"]


class Schedule(PatientRow):
    """One person's wish to be asked, with the next moment that matters.

    `next_due_at` is worked out from the rest each time it moves; null means nothing
    is due (paused or ended), and then the row costs a tick nothing. `missed_run` counts
    the unanswered askings in a row; what follows from it the plan says (Q5).
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    target = models.UUIDField(null=True, blank=True)
    times = ArrayField(models.TimeField())
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=every_day)
    every_days = models.PositiveSmallIntegerField(default=1)
    anchor = models.DateField()
    zone = models.CharField(max_length=64)
    quiet_begins = models.TimeField(default=time(21))
    quiet_ends = models.TimeField(default=time(8))
    answer_minutes = models.PositiveSmallIntegerField(default=480)
    channels = ArrayField(models.CharField(max_length=10), default=by_email)
    words = models.CharField(max_length=10, choices=Words.choices, default=Words.PLAIN)
    active = models.BooleanField(default=True)
    away_from = models.DateField(null=True, blank=True)
    away_until = models.DateField(null=True, blank=True)
    next_due_at = models.DateTimeField(null=True, blank=True)
    next_date = models.DateField(null=True, blank=True)
    next_slot = models.CharField(max_length=5, blank=True)
    asked = models.TextField(blank=True)
    missed_run = models.PositiveSmallIntegerField(default=0)
    tight_until = models.DateField(null=True, blank=True)
    tight_because = models.CharField(max_length=20, blank=True)
    tight_for = models.UUIDField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["patient", "kind", "target"],
                nulls_distinct=False,
                name="one_schedule_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(every_days__gte=1, every_days__lte=366),
                name="every_n_days_is_sane",
            ),
            models.CheckConstraint(
                condition=Q(answer_minutes__gte=15, answer_minutes__lte=1440),
                name="answer_within_a_day",
            ),
            models.CheckConstraint(
                condition=Q(
                    next_due_at__isnull=True, next_date__isnull=True, next_slot=""
                )
                | Q(next_due_at__isnull=False, next_date__isnull=False)
                & ~Q(next_slot=""),
                name="due_has_date_and_slot",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["next_due_at", "patient"],
                condition=Q(next_due_at__isnull=False),
                name="schedules_due",
            ),
            models.Index(
                fields=["missed_run"],
                condition=Q(missed_run__gte=2),
                name="schedules_gone_quiet",
            ),
            models.Index(
                fields=["tight_until"],
                condition=Q(tight_until__isnull=False),
                name="schedules_tight",
            ),
        ]

    @property
    def is_by_occasion(self) -> bool:
        """Whether something else than the calendar says when it is due."""
        return self.kind in BY_OCCASION

    @property
    def rule(self) -> Rule:
        """What the person set."""
        return Rule(
            times=tuple(sorted(self.times)),
            zone=self.zone,
            weekdays=frozenset(self.weekdays),
            every_days=self.every_days,
            anchor=self.anchor,
        )

    @property
    def quiet(self) -> QuietHours:
        return QuietHours(self.quiet_begins, self.quiet_ends)

    def rule_on(self, day: date) -> Rule:
        """What counts on a date: the person's rule, or the tighter one for a while."""
        if self.tight_until and day <= self.tight_until:
            return tightened(self.rule, quiet=self.quiet)
        return self.rule

    @property
    def chosen_slots(self) -> frozenset[str]:
        """Slots the person chose: these win over quiet hours and caps of ours."""
        return frozenset(slot_of(wall) for wall in self.times)

    @property
    def asked_slots(self) -> Asked:
        return asked_from_text(self.asked)


def asked_from_text(text: str) -> Asked:
    """Read "2026-11-21T08:00 2026-11-20T20:00"."""
    return frozenset((date.fromisoformat(one[:10]), one[11:]) for one in text.split())


def asked_as_text(asked: Asked) -> str:
    return " ".join(f"{day.isoformat()}T{slot}" for day, slot in sorted(asked))


class Prompt(PatientRow):
    """One asking: at most one a schedule, local date and slot, for ever.

    Schedule, date and slot are unique in the database: however often a tick runs, a
    second asking cannot be written. `notice` is the message it went out with, shared
    by all that was due in the same slot.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("asked")
        ANSWERED = "answered", _("answered")
        EXPIRED = "expired", _("not answered")
        SKIPPED = "skipped", _("not asked")

    schedule = models.ForeignKey(Schedule, models.CASCADE, related_name="prompts")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    local_date = models.DateField()
    slot = models.CharField(max_length=5)
    due_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    because = models.CharField(max_length=20, blank=True)
    notice = models.UUIDField()
    snoozes = models.PositiveSmallIntegerField(default=0)
    answered_at = models.DateTimeField(null=True, blank=True)
    late = models.BooleanField(default=False)
    link_hash = models.CharField(max_length=64, unique=True, null=True, blank=True)
    link_used_at = models.DateTimeField(null=True, blank=True)

    LINK_LIFE: ClassVar[timedelta] = timedelta(hours=24)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["schedule", "local_date", "slot"], name="asked_once"
            ),
            models.CheckConstraint(
                condition=Q(snoozes__lte=3), name="snoozed_three_times_at_most"
            ),
            models.CheckConstraint(
                condition=~Q(state="answered") | Q(answered_at__isnull=False),
                name="answered_has_a_time",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["patient", "-local_date"], name="prompts_of_patient"),
            models.Index(
                fields=["answer_by"], condition=Q(state="asked"), name="prompts_open"
            ),
            models.Index(fields=["notice"], name="prompts_of_notice"),
        ]

    @property
    def link_ends_at(self) -> datetime:
        return self.due_at + self.LINK_LIFE


class TickMark(models.Model):
    """Up to where a part of the tick has read what the rooms below have written."""

    name = models.CharField(primary_key=True, max_length=30)
    read_until = models.DateTimeField()


class TeamTold(PatientRow):
    """The team was told of this, once for ever: `ground` names the very occurrence."""

    ground = models.CharField(max_length=120)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["patient", "ground"], name="told_of_once"),
        ]
