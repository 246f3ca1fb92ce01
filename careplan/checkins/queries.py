"""Reads for the pages of reminders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from careplan.checkins import schedules
from careplan.checkins.models import BY_OCCASION, Kind, Schedule
from careplan.checkins.timing import Occurrence
from careplan.outbox import addresses
from careplan.outbox.models import ChannelAddress, OptOut
from careplan.plan import quiet_runs
from careplan.plan.queries import plan_row
from patients.models import Patient


@dataclass(frozen=True, slots=True)
class ReminderCard:
    """One kind of reminder on the settings page."""

    kind: Kind
    title: str
    form: object
    is_on: bool
    next: list[datetime]
    why: str
    is_preview: bool
    about: str = ""
    agreed: str = ""
    stopped: tuple[str, ...] = ()
    is_stopped: bool = False

    @property
    def is_by_occasion(self) -> bool:
        return self.kind in BY_OCCASION


ABOUT = {
    Kind.MEASURE: lazy("On the day a form is due."),
    Kind.HOMEWORK: lazy("On the day you planned it for."),
    Kind.VISIT: lazy("A day before each visit, so that you can get ready."),
    Kind.STEP: lazy("On the day a step you agreed begins."),
}


def schedules_of(patient: Patient) -> dict[str, Schedule]:
    """The patient's schedules by kind (those without a target of their own)."""
    found = Schedule.objects.filter(patient=patient, target=None)
    return {schedule.kind: schedule for schedule in found}


def others_of(found: dict[str, Schedule]) -> Schedule | None:
    """The reminder in whose way the person is told of what falls due, as the tick
    picks it: the check-ins', or else the first that is on."""
    on = [found[kind] for kind in sorted(found) if found[kind].active]
    return next((one for one in on if one.kind == Kind.CHECKIN), on[0] if on else None)


def occasions_of(patient: Patient) -> dict[str, list[datetime]]:
    """When what falls due soon will be asked for, by kind."""
    armed = Schedule.objects.filter(
        patient=patient, target__isnull=False, next_due_at__isnull=False
    ).order_by("next_due_at")
    zone = ZoneInfo(patient.time_zone)
    found: dict[str, list[datetime]] = {}
    for kind, at in armed.values_list("kind", "next_due_at"):
        if at is not None:
            found.setdefault(kind, []).append(at.astimezone(zone))
    return found


def occasion_card(
    kind: Kind, form: object, *, is_on: bool, armed: list[datetime]
) -> ReminderCard:
    """The card of a kind whose days come from the plan."""
    return ReminderCard(
        kind=kind,
        title=str(kind.label).capitalize(),
        form=form,
        is_on=is_on,
        next=armed[:3] if is_on else [],
        why="",
        is_preview=False,
        about=str(ABOUT[kind]),
    )


def reminder_card(
    kind: Kind,
    form: object,
    schedule: Schedule | None,
    preview: list[object] | None,
    patient: Patient,
    now: datetime,
) -> ReminderCard:
    occurrences = preview
    if occurrences is None:
        occurrences = list(schedules.upcoming(schedule, now=now)) if schedule else []
    zone = ZoneInfo(patient.time_zone)
    stopped = stopped_ways(schedule) if schedule and schedule.active else ()
    return ReminderCard(
        kind=kind,
        title=str(kind.label).capitalize(),
        form=form,
        stopped=tuple(str(WAYS[way]) for way in stopped),
        is_stopped=preview is None
        and bool(schedule and stopped and set(stopped) >= {*schedule.channels}),
        is_on=bool(schedule and schedule.active),
        next=[
            one.at.astimezone(zone)
            for one in occurrences
            if isinstance(one, Occurrence)
        ],
        why=schedules.why(schedule) if schedule else "",
        is_preview=preview is not None,
        agreed=_agreed(patient) if kind == Kind.CHECKIN else "",
    )


def _agreed(patient: Patient) -> str:
    """What the plan says happens when check-ins stay without an answer (Q5)."""
    agreed = quiet_runs.agreed_words(plan_row(patient))
    return agreed or _("Nobody is told when check-ins stay without an answer.")


def trouble_reaching(patient: Patient) -> list[str]:
    """Channels of the patient that do not work any more (C5, C6)."""
    return [str(WAYS[way]) for way in addresses.ways_that_fail(patient.user)]


WAYS = {
    "email": lazy("e-mail"),
    "sms": lazy("text message"),
    "push": lazy("notices on a device"),
    "console": lazy("console"),
}


def stopped_ways(schedule: Schedule) -> tuple[str, ...]:
    """The schedule's ways that the person has stopped from a message (C3)."""
    stops = OptOut.objects.filter(
        user_id=schedule.user_id,
        kind__in=("", schedule.kind),
        channel__in=schedule.channels,
    )
    found = set(stops.values_list("channel", flat=True))
    return tuple(way for way in schedule.channels if way in found)


def start_again(schedule: Schedule) -> None:
    """Saving a schedule that is on takes back an earlier "stop" of its channels, and
    tries addresses again that messages came back from."""
    if schedule.active:
        OptOut.objects.filter(
            user_id=schedule.user_id,
            kind__in=("", schedule.kind),
            channel__in=schedule.channels,
        ).delete()
        addresses.try_again(schedule.user, schedule.channels)


def phone_of(patient: Patient) -> ChannelAddress | None:
    """The patient's number for text messages, confirmed or not."""
    found = ChannelAddress.objects.filter(user_id=patient.user_id, channel="sms")
    return found.first()
