"""The inputs of the taper gate, gathered from the record for the prescriber (N4).

The gate itself is pure (`plan.taper_gate`); it holds when the check is missing, and
the prescriber may go on with a written reason, unless it says to look at going back.
The software releases nothing.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from careplan.plan import staggering
from careplan.plan.models import DoseStep, Medication, TaperPlan
from careplan.plan.taper_gate import (
    GateInput,
    GateResult,
    Outcome,
    Reason,
    Symptom,
    WithdrawalCheck,
    gate,
)
from careplan.plan.weighing import Weighed
from careplan.review.access import Room
from careplan.review.timeline.words import day_short
from careplan.team.models import Alert
from journal import instruments, scoring
from journal.models import LifeEvent, MeasureResponse
from patients.topics import Topic

EVENTS_BACK = dt.timedelta(days=14)
FORMS_BACK = dt.timedelta(days=120)
USUAL_INTERVAL = 14
FORM = "withdrawal_check"

REASONS: Mapping[Reason, object] = {
    Reason.NO_RECENT_CHECK: lazy("No withdrawal check in the last 7 days."),
    Reason.STRONG_SYMPTOM: lazy("A symptom is strong."),
    Reason.DAILY_LIFE_LOST: lazy("Daily life is very hard."),
    Reason.SCORE_MUCH_HIGHER: lazy("PHQ-9 is 10 or more and up by 5 or more."),
    Reason.MODERATE_SYMPTOM: lazy("A symptom is moderate."),
    Reason.MANY_NEW_SYMPTOMS: lazy("Four or more symptoms are new or worse."),
    Reason.NOT_TOLERABLE: lazy("They say it cannot be borne."),
    Reason.SCORE_HIGHER: lazy("PHQ-9 is up by 5 or more."),
    Reason.SAFETY_FLAG_OPEN: lazy("A safety flag is open."),
    Reason.MAJOR_LIFE_EVENT: lazy("A key moment is written down in these two weeks."),
    Reason.TOO_SOON: lazy("The shortest time between two steps has not passed."),
}
OUTCOMES: Mapping[Outcome, object] = {
    Outcome.HOLD: lazy("The check says: wait and look again."),
    Outcome.STEP_BACK_REVIEW: lazy("The check says: look today at going back a step."),
    Outcome.READY: lazy("Nothing here speaks against the step. You decide."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One input as it was read."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What the prescriber sees before releasing one step."""

    medicine: Medication
    step: DoseStep
    dose_now: str
    dose_next: str
    result: GateResult
    outcome: str
    reasons: tuple[str, ...]
    lines: tuple[Line, ...]
    needs_reason: bool
    is_stopped: bool
    beside: tuple[Weighed, ...]

    @property
    def speaks_against(self) -> bool:
        return self.needs_reason or self.is_stopped


def build(opened: Room, row: Medication, *, today: dt.date) -> Page | None:
    """Give the page, or None when no step waits to be released."""
    steps = list(
        DoseStep.objects.filter(medication=row, regimen="regular")
        .exclude(state="cancelled")
        .order_by("order")
    )
    current = next((step for step in steps if step.state == "current"), None)
    planned = next((step for step in steps if step.state == "planned"), None)
    if current is None or planned is None or current.started_on is None:
        return None
    given = _given(opened, row, current.started_on, today=today)
    result = gate(given)
    return Page(
        medicine=row,
        step=planned,
        dose_now=_dose(current),
        dose_next=_dose(planned),
        result=result,
        outcome=str(OUTCOMES[result.outcome]),
        reasons=tuple(str(REASONS[reason]) for reason in result.reasons),
        lines=tuple(_lines(given)),
        needs_reason=planned.taper_id is not None and result.outcome is Outcome.HOLD,
        is_stopped=planned.taper_id is not None
        and result.outcome is Outcome.STEP_BACK_REVIEW,
        beside=tuple(
            staggering.beside_therapy(
                opened.patient,
                [today],
                is_taper=planned.taper_id is not None,
                sees_therapy=opened.reads(Topic.THERAPY),
            )
        ),
    )


def _dose(step: DoseStep) -> str:
    return f"{step.amount.normalize():f} {step.unit}"


def _given(
    opened: Room, row: Medication, last_step_on: dt.date, *, today: dt.date
) -> GateInput:
    taper = TaperPlan.objects.filter(
        medication=row, state__in=["active", "held"]
    ).first()
    read = read_from(
        _forms(opened, today), since=last_step_on, taper=taper, today=today
    )
    return replace(
        read,
        safety_flag_open=_open_flag(opened),
        major_life_event=_event(opened, today),
    )


def read_from(
    forms: Sequence[MeasureResponse],
    *,
    since: dt.date,
    taper: TaperPlan | None,
    today: dt.date,
) -> GateInput:
    """Give what the gate reads from forms, oldest first; flags and events apart."""
    phq9 = [
        form for form in forms if form.instrument == "phq9" and form.score is not None
    ]
    before = [form.score for form in phq9 if form.local_date <= since]
    after = [form.score for form in phq9 if form.local_date > since]
    return GateInput(
        today=today,
        last_step_on=since,
        min_interval_days=taper.min_interval_days if taper else USUAL_INTERVAL,
        check=_check(forms),
        phq9_before=before[-1] if before else None,
        phq9_now=after[-1] if after else None,
    )


def _forms(opened: Room, today: dt.date) -> list[MeasureResponse]:
    """Without consent to forms there are none: the gate then holds."""
    if not opened.reads(Topic.MEASURES):
        return []
    return list(
        MeasureResponse.objects.filter(
            patient=opened.patient,
            instrument__in=["phq9", FORM],
            state="sent",
            is_private=False,
            deleted_at=None,
            local_date__gte=today - FORMS_BACK,
        ).order_by("local_date", "sent_at")
    )


def _check(forms: Sequence[MeasureResponse]) -> WithdrawalCheck | None:
    rows = [form for form in forms if form.instrument == FORM]
    form = instruments.instrument(FORM)
    if not rows or form is None:
        return None
    last = rows[-1]
    answers = [tuple(a) if isinstance(a, list) else a for a in last.answers]
    told = scoring.withdrawal_check(form, answers)
    if told.daily_life is None or told.tolerable is None or not told.symptoms:
        return None  # an unfinished check is no check: the gate holds
    return WithdrawalCheck(
        answered_on=last.local_date,
        symptoms=tuple(
            Symptom(one.key, one.severity, one.is_new_or_worse) for one in told.symptoms
        ),
        daily_life=told.daily_life,
        tolerable=told.tolerable,
    )


def _open_flag(opened: Room) -> bool:
    if not opened.reads(Topic.SAFETY):
        return False
    rows = Alert.objects.filter(patient=opened.patient).exclude(state="done")
    return rows.exists()


def _event(opened: Room, today: dt.date) -> bool:
    if not opened.reads(Topic.MOOD):
        return False
    return LifeEvent.objects.filter(
        patient=opened.patient,
        is_private=False,
        deleted_at=None,
        local_date__range=(today - EVENTS_BACK, today),
    ).exists()


def _lines(given: GateInput) -> list[Line]:
    check = given.check
    worst = max((one.severity for one in check.symptoms), default=0) if check else 0
    none = _("none")
    return [
        Line(
            name=_("Days since the last step"),
            value=_("{n}, at least {least}").format(
                n=(given.today - given.last_step_on).days,
                least=given.min_interval_days,
            ),
        ),
        Line(
            name=_("Withdrawal check"),
            value=day_short(check.answered_on) if check else none,
        ),
        Line(name=_("Strongest symptom, 0 to 3"), value=str(worst) if check else none),
        Line(name=_("PHQ-9 before the step"), value=_shown(given.phq9_before)),
        Line(name=_("PHQ-9 now"), value=_shown(given.phq9_now)),
        Line(
            name=_("Safety flag open"),
            value=_("yes") if given.safety_flag_open else _("no"),
        ),
        Line(
            name=_("Key moment in two weeks"),
            value=_("yes") if given.major_life_event else _("no"),
        ),
    ]


def _shown(value: int | None) -> str:
    return _("none") if value is None else str(value)
