"""Setting when to be asked; pausing, going away, moving, and tightening for a while."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from careplan.checkins import marks, timing
from careplan.checkins.models import Kind, Schedule, Words, asked_as_text
from careplan.checkins.timing import EVERY_DAY, Occurrence, QuietHours
from careplan.common import clock
from careplan.common.errors import DomainError
from careplan.common.identity import acting_as, system
from patients.models import Patient

LONGEST_TIGHT = timedelta(weeks=18)  # relapse clustered 4-18 weeks after (features N3)
MOST_TIMES = 6
MOST_MOVES = 1000  # people a look; more than that follow at the next
LONG_AGO = date(2000, 1, 1)
LOOK_EVERY = timedelta(minutes=5)
CHANNELS = ("email", "sms", "push")


class NoTimes(DomainError):
    code = "no_times"
    sentence = _("Choose at least one time, and each time once.")


class TooManyTimes(DomainError):
    code = "too_many_times"
    sentence = _("Choose up to six times a day.")


class NoDays(DomainError):
    code = "no_days"
    sentence = _("Choose at least one day of the week.")


class BadInterval(DomainError):
    code = "bad_interval"
    sentence = _("Choose a number of days from 1 to 366.")


class NoChannel(DomainError):
    code = "no_channel"
    sentence = _("Choose at least one way to reach you.")


class EndsBeforeItBegins(DomainError):
    code = "ends_before_it_begins"
    sentence = _("The last day is before the first. Change one of them.")


USUAL_QUIET = QuietHours(time(21), time(8))


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person asks for, as the form hands it over."""

    times: tuple[time, ...]
    weekdays: frozenset[int] = EVERY_DAY
    every_days: int = 1
    quiet: QuietHours = USUAL_QUIET
    answer_minutes: int = 480
    channels: Sequence[str] = ("email",)
    words: Words = Words.PLAIN


def set_schedule(
    patient: Patient,
    *,
    kind: Kind,
    wish: Wish,
    now: datetime,
    target: UUID | None = None,
) -> Schedule:
    """Make or change the one schedule of this kind; what was asked stays asked.

    Refuses no times, too many, no days, an odd interval, no channel. The next moment
    is worked out in the patient's own time zone.
    """
    _require_sane(wish)
    with transaction.atomic():
        schedule = _locked(patient, kind, target) or _new(patient, kind, target, now)
        _follow(schedule, wish, patient, now)
        _look_ahead(schedule, now)
        schedule.save()
        _wish_again(schedule)
    return schedule


def _new(patient: Patient, kind: Kind, target: UUID | None, now: datetime) -> Schedule:
    return Schedule(
        patient=patient,
        user_id=patient.user_id,
        kind=kind,
        target=target,
        anchor=clock.local_date(now, patient.time_zone),
        created_at=now,
    )


def _follow(schedule: Schedule, wish: Wish, patient: Patient, now: datetime) -> None:
    """Another interval counts from today; the same one goes on as it was."""
    if schedule.every_days != wish.every_days:
        schedule.anchor = clock.local_date(now, patient.time_zone)
    schedule.zone = patient.time_zone
    schedule.times = sorted(wish.times)
    schedule.weekdays = sorted(wish.weekdays)
    schedule.every_days = wish.every_days
    schedule.quiet_begins = wish.quiet.begins
    schedule.quiet_ends = wish.quiet.ends
    schedule.answer_minutes = wish.answer_minutes
    schedule.channels = list(wish.channels)
    schedule.words = wish.words
    schedule.active = True


@transaction.atomic
def say_less(patient: Patient) -> int:
    """Let every reminder say "A reminder you set." and no more; count those changed."""
    plain = Schedule.objects.filter(patient=patient, words=Words.PLAIN)
    return plain.update(words=Words.DISCREET)


def _wish_again(wish: Schedule) -> None:
    """Occasions that wait are found anew by the tick, and follow the new wish."""
    if wish.is_by_occasion and wish.target is None:
        Schedule.objects.filter(
            patient=wish.patient_id,
            kind=wish.kind,
            target__isnull=False,
            next_due_at__isnull=False,
        ).update(next_due_at=None, next_date=None, next_slot="", anchor=LONG_AGO)


def preview(
    patient: Patient,
    *,
    kind: Kind,
    wish: Wish,
    now: datetime,
    away: tuple[date | None, date | None] = (None, None),
) -> list[Occurrence]:
    """The next dates a wish would bring, by the same sums as when it is saved: shown
    while the person is still choosing. Changes nothing."""
    _require_sane(wish)
    standing = Schedule.objects.filter(patient=patient, kind=kind, target=None).first()
    schedule = standing or _new(patient, kind, None, now)
    _follow(schedule, wish, patient, now)
    schedule.away_from, schedule.away_until = away
    return upcoming(schedule, now=now)


def upcoming(schedule: Schedule, *, now: datetime, count: int = 3) -> list[Occurrence]:
    """The next moments of a schedule as it stands: tight, paused and away included."""
    if not schedule.active or schedule.is_by_occasion:
        return []
    found: list[Occurrence] = []
    after, asked = now, schedule.asked_slots
    while len(found) < count:
        one = _next_from(schedule, after, asked)
        if one is None:
            break
        found.append(one)
        after, asked = one.at, timing.with_asked(asked, one)
    return found


def pause(schedule: Schedule, *, now: datetime) -> None:
    """Ask nothing until it is resumed."""
    schedule.active = False
    _look_ahead(schedule, now)
    _save_next(schedule, "active")


def resume(schedule: Schedule, *, now: datetime) -> None:
    """Ask again, from the next moment on; nothing is made up for."""
    schedule.active = True
    _look_ahead(schedule, now)
    _save_next(schedule, "active")


def go_away(
    schedule: Schedule, *, first: date | None, last: date | None, now: datetime
) -> None:
    """Ask nothing from `first` to `last`, both days included; two Nones end that."""
    if first and last and last < first:
        raise EndsBeforeItBegins
    schedule.away_from, schedule.away_until = first, last
    _look_ahead(schedule, now)
    _save_next(schedule, "away_from", "away_until")


def move(patient: Patient, *, now: datetime) -> int:
    """The patient lives in another zone now: every schedule keeps its wall times there.

    What was asked today, by either wall, is not asked again today. Says how many moved.
    """
    moved = list(Schedule.objects.select_for_update().filter(patient=patient))
    for schedule in moved:
        schedule.zone = patient.time_zone
        _look_ahead(schedule, now)
        _save_next(schedule, "zone")
    return len(moved)


def follow_moves(*, at: datetime | None, every: timedelta = LOOK_EVERY) -> int:
    """Move the schedules of whoever lives in another zone than they say, from whatever
    page it was changed. Says how many moved. A person's own page may do it at once."""
    with acting_as(system("tick")), transaction.atomic():
        span = marks.begin("moves", every=every, at=at)
        if span is None:
            return 0
        stale = Schedule.objects.exclude(zone=F("patient__time_zone"))
        people = stale.values_list("patient", flat=True).distinct()
        moved = Patient.objects.filter(pk__in=people[:MOST_MOVES])
        return sum(move(patient, now=span.now) for patient in moved)


def tighten(
    schedule: Schedule,
    *,
    because: str,
    until: date,
    now: datetime,
    about: UUID | None = None,
) -> None:
    """Ask at the next shorter interval until a date, then relax by itself.

    `because` is "dose change", "taper step" or "missed"; the person sees the sentence
    of `why`. At most 18 weeks; a later end wins.
    """
    today = clock.local_date(now, schedule.zone)
    until = min(until, today + LONGEST_TIGHT)
    if schedule.tight_until is None or schedule.tight_until < until:
        schedule.tight_until, schedule.tight_because = until, because
    schedule.tight_for = about or schedule.tight_for
    _look_ahead(schedule, now)
    _save_next(schedule, "tight_until", "tight_because", "tight_for")


def relax(schedule: Schedule, *, now: datetime) -> None:
    """Back to what the person set. Done by the tick after the agreed period.

    After "missed" the word stays until somebody answers: one run tightens once.
    """
    schedule.tight_until = None
    if schedule.tight_because != "missed":
        schedule.tight_because = ""
    _look_ahead(schedule, now)
    _save_next(schedule, "tight_until", "tight_because")


WHY = {
    "dose change": _(
        "We ask a little more often until {until}, because a dose changed."
    ),
    "taper step": _(
        "We ask a little more often until {until}, while a dose goes down."
    ),
    "missed": _("We ask a little more often until {until}, after a few quiet days."),
}


def why(schedule: Schedule) -> str:
    """Why it asks more often than the person set; "" when it does not."""
    if not schedule.tight_until or schedule.tight_because not in WHY:
        return ""
    until = schedule.tight_until.strftime("%-d %B")
    return str(WHY[schedule.tight_because]).format(until=until)


def _require_sane(wish: Wish) -> None:
    if not wish.times or len(set(wish.times)) != len(wish.times):
        raise NoTimes
    if len(wish.times) > MOST_TIMES:
        raise TooManyTimes
    if not wish.weekdays or not wish.weekdays <= EVERY_DAY:
        raise NoDays
    if not 1 <= wish.every_days <= timing.LONGEST_INTERVAL:
        raise BadInterval
    if wish.every_days > 1 and wish.weekdays != EVERY_DAY:
        raise BadInterval
    if not wish.channels or not set(wish.channels) <= {*CHANNELS, "console"}:
        raise NoChannel


def _locked(patient: Patient, kind: Kind, target: UUID | None) -> Schedule | None:
    found = Schedule.objects.select_for_update().filter(patient=patient, kind=kind)
    return found.filter(target=target).first()


def _next_from(
    schedule: Schedule, after: datetime, asked: timing.Asked
) -> Occurrence | None:
    """The next moment, by the tighter rule while it holds, after any time away."""
    today = clock.local_date(after, schedule.zone)
    away_until = schedule.away_until
    if away_until and (schedule.away_from or today) <= today <= away_until:
        back = timing.instant_of(away_until, time(23, 59, 59), schedule.zone)
        after = max(after, back) if back else after
    one = timing.next_occurrence(schedule.rule_on(today), after=after, asked=asked)
    if one and schedule.tight_until and one.local_date > schedule.tight_until:
        one = timing.next_occurrence(schedule.rule, after=after, asked=asked)
    return one


def _same_wall_time(schedule: Schedule) -> Occurrence | None:
    """An occasion that waits stays at its date and time, in whatever zone."""
    if schedule.next_date is None:
        return None
    wall = time.fromisoformat(schedule.next_slot)
    at = timing.instant_of(schedule.next_date, wall, schedule.zone)
    return Occurrence(schedule.next_date, schedule.next_slot, at) if at else None


def _look_ahead(schedule: Schedule, now: datetime) -> None:
    one = None
    if schedule.is_by_occasion:
        one = _same_wall_time(schedule)
    elif schedule.active:
        one = _next_from(schedule, now, schedule.asked_slots)
    schedule.next_due_at = one.at if one else None
    schedule.next_date = one.local_date if one else None
    schedule.next_slot = one.slot if one else ""
    schedule.asked = asked_as_text(schedule.asked_slots)


def _save_next(schedule: Schedule, *changed: str) -> None:
    schedule.save(
        update_fields=[*changed, "next_due_at", "next_date", "next_slot", "asked"]
    )
