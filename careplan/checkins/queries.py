"""Reads for the pages of reminders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from careplan.checkins import schedules
from careplan.checkins.models import Kind, Schedule
from careplan.checkins.timing import Occurrence
from careplan.outbox.models import ChannelAddress, OptOut
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


def schedules_of(patient: Patient) -> dict[str, Schedule]:
    """The patient's schedules by kind (those without a target of their own)."""
    found = Schedule.objects.filter(patient=patient, target=None)
    return {schedule.kind: schedule for schedule in found}


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
    return ReminderCard(
        kind=kind,
        title=str(kind.label).capitalize(),
        form=form,
        is_on=bool(schedule and schedule.active),
        next=[
            one.at.astimezone(zone)
            for one in occurrences
            if isinstance(one, Occurrence)
        ],
        why=schedules.why(schedule) if schedule else "",
        is_preview=preview is not None,
    )


def trouble_reaching(patient: Patient) -> list[str]:
    """Channels of the patient that do not work any more (C5, C6)."""
    off = ChannelAddress.objects.filter(user_id=patient.user_id, off_at__isnull=False)
    return list(off.values_list("channel", flat=True))


def start_again(schedule: Schedule) -> None:
    """Saving a schedule that is on takes back an earlier "stop" of its channels."""
    if schedule.active:
        OptOut.objects.filter(
            user_id=schedule.user_id,
            kind__in=("", schedule.kind),
            channel__in=schedule.channels,
        ).delete()


def phone_of(patient: Patient) -> ChannelAddress | None:
    """The patient's number for text messages, confirmed or not."""
    found = ChannelAddress.objects.filter(user_id=patient.user_id, channel="sms")
    return found.first()
