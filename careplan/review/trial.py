"""What stands side by side before a decision: every leg of the treatment (N11).

Gathers the inputs of the decision table from the record; private rows count nowhere.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from careplan.common.catalogue import medicines as catalogue
from careplan.plan.models import (
    DoseStep,
    Homework,
    Medication,
    TherapyCourse,
    TherapySession,
)
from careplan.review.decision_points import WINDOWS, Situation, point_on
from careplan.team.models import Alert
from journal import instruments, scoring, taken
from journal.adherence import Adherence
from journal.medicines import of_patient
from journal.models import MeasureResponse
from patients.models import Patient
from patients.topics import Topic

BEFORE = dt.timedelta(days=28)  # how old a baseline may be on day 0
TAKEN_OVER = 28
ANTIDEPRESSANT = "antidepressant"


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One form that was sent."""

    code: str
    on: dt.date
    score: int | None
    answers: tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One medicine or one course, in a line: what, how much, for how long."""

    name: str
    now: str
    since: dt.date | None
    adherence: Adherence | None = None
    adequate_since: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Everything the decision page shows. None is not shared with the reader."""

    day_zero: dt.date
    today: dt.date
    situation: Situation
    medicines: tuple[Leg, ...] | None
    therapy: tuple[Leg, ...] | None
    sessions: tuple[int, int] | None
    homework: tuple[int, int] | None
    forms: tuple[Form, ...] | None

    @property
    def day(self) -> int:
        return (self.today - self.day_zero).days


def trial(
    patient: Patient,
    topics: frozenset[str],
    *,
    today: dt.date,
    now: dt.datetime,
) -> Trial | None:
    """Gather one person's current trial; None when no treatment has begun."""
    rows = _medications(patient) if Topic.MEDICINES in topics else None
    courses = _courses(patient) if Topic.THERAPY in topics else None
    steps = _steps(patient) if rows else {}
    day_zero = _day_zero(rows or [], steps, courses or [])
    if day_zero is None or day_zero > today:
        return None
    forms = _forms(patient, day_zero) if Topic.MEASURES in topics else None
    doses = Topic.DOSES in topics
    legs = None
    if rows is not None:
        legs = _legs(patient, rows, steps, today=today, now=now, doses=doses)
    return Trial(
        day_zero=day_zero,
        today=today,
        situation=_situation(
            patient, topics, rows or [], legs or (), forms or (), day_zero, today
        ),
        medicines=legs,
        therapy=None
        if courses is None
        else tuple(
            Leg(name=row.name, now=row.focus, since=row.started_on) for row in courses
        ),
        sessions=_sessions(patient, day_zero, now) if courses is not None else None,
        homework=_homework(patient, day_zero) if courses is not None else None,
        forms=forms,
    )


def _medications(patient: Patient) -> list[Medication]:
    return list(
        Medication.objects.filter(patient=patient, state="active").order_by(
            "created_at"
        )
    )


def _courses(patient: Patient) -> list[TherapyCourse]:
    rows = TherapyCourse.objects.filter(patient=patient, state="active")
    return list(rows.order_by("started_on"))


def _steps(patient: Patient) -> dict[object, list[DoseStep]]:
    """The regular doses of each medicine that were in force, oldest first."""
    found: dict[object, list[DoseStep]] = defaultdict(list)
    rows = DoseStep.objects.filter(
        patient=patient, regimen="regular", state__in=["past", "current"]
    )
    for step in rows.order_by("started_on"):
        found[step.medication_id].append(step)
    return found


def _day_zero(
    medications: Sequence[Medication],
    steps: Mapping[object, Sequence[DoseStep]],
    courses: Sequence[TherapyCourse],
) -> dt.date | None:
    """The last start or rise of a medicine; for therapy alone its first day.

    A lower dose begins no new trial: a taper has a gate of its own.
    """
    began = [_last_rise(row, steps.get(row.pk, ())) for row in medications]
    started = [day for day in began if day]
    if started:
        return max(started)
    begun = [row.started_on for row in courses if row.started_on]
    return min(begun) if begun else None


def _last_rise(row: Medication, steps: Sequence[DoseStep]) -> dt.date | None:
    rises = [
        step.started_on
        for before, step in pairwise([None, *steps])
        if step is not None and (before is None or step.amount > before.amount)
    ]
    return rises[-1] if rises else row.started_on


def _legs(
    patient: Patient,
    rows: Sequence[Medication],
    ran: Mapping[object, Sequence[DoseStep]],
    *,
    today: dt.date,
    now: dt.datetime,
    doses: bool,
) -> tuple[Leg, ...]:
    steps = {pk: found[-1] for pk, found in ran.items() if found[-1].state == "current"}
    told = _adherence(patient, today=today, now=now) if doses else {}
    return tuple(
        Leg(
            name=row.name,
            now=f"{steps[row.pk].amount.normalize():f} {row.unit}"
            if row.pk in steps
            else "",
            since=steps[row.pk].started_on if row.pk in steps else row.started_on,
            adherence=told.get(row.pk),
            adequate_since=row.adequate_since,
        )
        for row in rows
    )


def _adherence(
    patient: Patient, *, today: dt.date, now: dt.datetime
) -> dict[object, Adherence]:
    since = today - dt.timedelta(days=TAKEN_OVER - 1)
    said = taken.answers(patient.pk, since=since, until=today)
    return {
        row.id: taken.over(
            row, said, days=TAKEN_OVER, today=today, now=now, zone=patient.time_zone
        )
        for row in of_patient(patient.pk, day=since)
        if row.steps
    }


def _sessions(patient: Patient, since: dt.date, now: dt.datetime) -> tuple[int, int]:
    """Attended and planned since day 0; a moved one is counted on its new day."""
    rows = TherapySession.objects.filter(
        patient=patient, starts_at__date__gte=since, starts_at__lte=now
    ).values_list("state", flat=True)
    states = [state for state in rows if state != "moved"]
    return states.count("attended"), len(states)


def _homework(patient: Patient, since: dt.date) -> tuple[int, int]:
    rows = Homework.objects.filter(
        patient=patient, given_at__date__gte=since
    ).values_list("done_at", flat=True)
    done = [at for at in rows if at]
    return len(done), len(rows)


def _forms(patient: Patient, day_zero: dt.date) -> tuple[Form, ...]:
    rows = MeasureResponse.objects.filter(
        patient=patient,
        state="sent",
        is_private=False,
        deleted_at=None,
        instrument__in=["phq9", "gad7", "side_effect_burden", "high_mood_check"],
        local_date__gte=day_zero - BEFORE,
    ).order_by("local_date", "sent_at")
    return tuple(
        Form(
            code=row.instrument,
            on=row.local_date,
            score=row.score,
            answers=tuple(row.answers),
        )
        for row in rows
    )


def _situation(
    patient: Patient,
    topics: frozenset[str],
    rows: Sequence[Medication],
    legs: Sequence[Leg],
    forms: Sequence[Form],
    day_zero: dt.date,
    today: dt.date,
) -> Situation:
    day = (today - day_zero).days
    phq9 = [form for form in forms if form.code == "phq9" and form.score is not None]
    baseline = _baseline(phq9, day_zero)
    later = [form.score or 0 for form in phq9 if form.on >= day_zero]
    known = [leg.adherence for leg in legs if leg.adherence]
    adequate = [leg.adequate_since for leg in legs if leg.adequate_since]
    return Situation(
        day=day,
        baseline=baseline,
        now=_in_window(phq9, day_zero, day),
        best=min([*later, *([] if baseline is None else [baseline])], default=None),
        medicine_active=bool(rows),
        antidepressant_active=any(_is_antidepressant(row) for row in rows),
        burden=_burden(forms, day_zero, day),
        adherence=_together(known),
        days_on_adequate_dose=(today - max(adequate)).days if adequate else None,
        safety_flag_open=_has_open_flag(patient, topics),
        high_mood_positive=_high_mood(forms, day_zero),
    )


def _baseline(phq9: Sequence[Form], day_zero: dt.date) -> int | None:
    """The last form up to day 0, else the first after it: stored, not guessed."""
    before = [form.score for form in phq9 if form.on <= day_zero]
    return before[-1] if before else (phq9[0].score if phq9 else None)


def _window(day_zero: dt.date, day: int) -> tuple[dt.date, dt.date] | None:
    point = point_on(day)
    if point is None:
        return None
    first, last = WINDOWS[point]
    return day_zero + dt.timedelta(days=first), day_zero + dt.timedelta(days=last)


def _in_window(phq9: Sequence[Form], day_zero: dt.date, day: int) -> int | None:
    window = _window(day_zero, day)
    if window is None:
        return None
    inside = [form.score for form in phq9 if window[0] <= form.on <= window[1]]
    return inside[-1] if inside else None


def _burden(forms: Sequence[Form], day_zero: dt.date, day: int) -> int | None:
    window = _window(day_zero, day)
    answers = [
        form.answers[2]
        for form in forms
        if form.code == "side_effect_burden"
        and len(form.answers) > 2
        and (window is None or form.on >= window[0])
    ]
    last = answers[-1] if answers else None
    return last if isinstance(last, int) else None


def _together(known: Sequence[Adherence]) -> Adherence | None:
    if not known:
        return None
    whole = known[0]
    for one in known[1:]:
        whole = replace(
            whole,
            planned=whole.planned + one.planned,
            taken=whole.taken + one.taken,
            partly=whole.partly + one.partly,
            not_taken=whole.not_taken + one.not_taken,
        )
    return whole


def _is_antidepressant(row: Medication) -> bool:
    known = catalogue.medicine(row.catalogue_id)
    return known is not None and known.has_tag(ANTIDEPRESSANT)


def _has_open_flag(patient: Patient, topics: frozenset[str]) -> bool:
    if Topic.SAFETY not in topics:
        return False
    return Alert.objects.filter(patient=patient).exclude(state="done").exists()


def _high_mood(forms: Sequence[Form], day_zero: dt.date) -> bool:
    checks = [
        form for form in forms if form.code == "high_mood_check" and form.on >= day_zero
    ]
    form = instruments.instrument("high_mood_check")
    if not checks or form is None:
        return False
    return scoring.high_mood(form, _as_given(checks[-1].answers)).is_positive is True


def _as_given(answers: Sequence[object]) -> list[int | None]:
    return [value if isinstance(value, int) else None for value in answers]
