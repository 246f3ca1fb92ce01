"""What each section of the plan says right now, in the words that are signed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as marked

from careplan.plan import wording
from careplan.plan.models import (
    Approach,
    DoseStep,
    EarlySign,
    Goal,
    Medication,
    Plan,
    Practice,
    Preference,
    SafetyPlan,
    StayingWell,
    TaperPlan,
    TherapyCourse,
)
from careplan.plan.models.items import PlanItem
from careplan.plan.quiet_runs import agreed_words
from patients.topics import Topic

Section = dict[str, Any]
SECTIONS = (Topic.PLAN, Topic.MEDICINES, Topic.THERAPY, Topic.SAFETY)

AHEAD = (DoseStep.State.PLANNED, DoseStep.State.RELEASED, DoseStep.State.HELD)


def contents(plan: Plan) -> dict[str, Section]:
    """Return the items of every section, in the patient's language."""
    with translation.override(plan.patient.user.language):
        return {
            Topic.PLAN.value: {"items": _plan_items(plan)},
            Topic.MEDICINES.value: {"items": _medicine_items(plan)},
            Topic.THERAPY.value: {"items": _therapy_items(plan)},
            Topic.SAFETY.value: {"items": _safety_items(plan)},
        }


def _item(row: Any, kind: str, name: str, facts: Iterable[tuple[str, Any]]) -> Section:
    said = {str(label): str(value) for label, value in facts if value not in ("", None)}
    return {"id": str(row.pk), "kind": kind, "name": name, "facts": said}


def _standing(model: type[PlanItem], plan: Plan) -> Any:
    rows = model._default_manager.filter(patient=plan.patient_id, ended_at=None)
    return rows.order_by("created_at", "pk")


def _day(value: Any) -> str:
    return wording.day(value) if value else ""


def _plan_items(plan: Plan) -> list[Section]:
    return [
        *_frame(plan),
        *map(_approach, _standing(Approach, plan)),
        *(
            _item(
                goal,
                "goal",
                goal.words,
                [(_("Next step"), goal.next_step), (_("By"), _day(goal.target_on))],
            )
            for goal in _standing(Goal, plan)
        ),
        *map(_practice, _standing(Practice, plan)),
        *map(_early_sign, _standing(EarlySign, plan)),
        *map(_staying_well, _standing(StayingWell, plan)),
        *map(_preference, _standing(Preference, plan)),
    ]


def _frame(plan: Plan) -> list[Section]:
    if not (plan.phase or plan.review_on or plan.quiet_run):
        return []
    facts = [
        (_("Phase"), plan.get_phase_display() if plan.phase else ""),
        (_("Because"), plan.phase_because),
        (_("Look at it again"), _day(plan.review_on)),
        (_("Therapist meets every"), _days(plan.therapist_every_days)),
        (_("Prescriber meets every"), _days(plan.prescriber_every_days)),
        (_("When check-ins stay without an answer"), agreed_words(plan)),
    ]
    return [_item(plan, "frame", _("The plan as a whole"), facts)]


def _days(number: int | None) -> str:
    return _("{n} days").format(n=number) if number else ""


def _approach(row: Approach) -> Section:
    return _item(
        row,
        "approach",
        str(Approach.Choice(row.choice).label),
        [
            (_("What it can bring"), row.benefits),
            (_("What it can cost"), row.risks),
            (_("In the patient's words"), row.patient_words),
            (_("Because"), row.because),
            (_("Talked over on"), _day(row.discussed_on)),
            (_("Talked over with"), row.discussed_with.name),
        ],
    )


def _practice(row: Practice) -> Section:
    return _item(
        row,
        "practice",
        row.aim,
        [
            (_("Kind"), Practice.Kind(row.kind).label),
            (_("First small step"), row.first_step),
            (_("Who helps"), row.who_helps),
            (_("Look at it again"), _day(row.review_on)),
        ],
    )


def _early_sign(row: EarlySign) -> Section:
    return _item(
        row,
        "early_sign",
        row.words,
        [
            (_("How far along"), EarlySign.Level(row.level).label),
            (_("What I do"), row.i_do),
            (_("What my therapist does"), row.therapist_does),
            (_("What my prescriber does"), row.prescriber_does),
            (_("Shown by"), row.shown_by),
        ],
    )


STAYING_WELL_PARTS = {
    "when_well": marked("What I am like when well"),
    "learned": marked("What I learned"),
    "helped": marked("What helped me"),
    "keep_doing": marked("What I keep doing"),
    "sets_off": marked("What can set me off"),
    "habits_that_pull_down": marked("Habits that pull me down"),
    "coming_up": marked("What is coming in the next 12 months"),
    "medicine_plan": marked("My medicine plan"),
    "who_to_contact": marked("Who I contact"),
    "call_when": marked("I call when"),
}


def _staying_well(row: StayingWell) -> Section:
    facts = [
        (_(label), getattr(row, field)) for field, label in STAYING_WELL_PARTS.items()
    ]
    facts.append((_("Look at it again"), _day(row.review_on)))
    return _item(row, "staying_well", _("Staying well"), facts)


def _preference(row: Preference) -> Section:
    return _item(
        row,
        "preference",
        row.words,
        [
            (_("Kind"), Preference.Kind(row.kind).label),
            (_("Because"), row.because),
            (_("Said on"), _day(row.stated_on)),
        ],
    )


def _medicine_items(plan: Plan) -> list[Section]:
    rows = (
        Medication.objects.filter(patient=plan.patient_id, ended_at=None)
        .select_related("prescriber")
        .prefetch_related("steps__times", "strengths", "tapers")
        .order_by("created_at", "pk")
    )
    return [_medicine(row) for row in rows]


def _medicine(row: Medication) -> Section:
    return _item(
        row,
        "medicine",
        row.name,
        [
            (_("Dose"), dose_now(row)),
            (_("Next"), "; ".join(_step_ahead(step) for step in steps_ahead(row))),
            (_("When needed"), as_needed(row)),
            (_("For"), row.purpose),
            (_("How it is given"), row.route),
            (_("Tablets at hand"), _strengths(row)),
            (_("Prescriber"), row.prescriber.name if row.prescriber else ""),
            *(fact for taper in row.tapers.all() for fact in _taper_facts(taper)),
        ],
    )


def dose_now(row: Medication) -> str:
    """Return the dose of today in words, from prefetched steps."""
    if row.state == Medication.State.REPORTED:
        return row.reported_dose
    current = [
        step
        for step in row.steps.all()
        if step.state == DoseStep.State.CURRENT and step.regimen == "regular"
    ]
    return step_words(current[0]) if current else ""


def steps_ahead(row: Medication) -> list[DoseStep]:
    """Return steps still to come, in order, from prefetched steps."""
    ahead = [step for step in row.steps.all() if step.state in AHEAD]
    return sorted(ahead, key=lambda step: step.order)


def as_needed(row: Medication) -> str:
    """Return what may be taken when needed, with its limit in the prescriber's words."""
    found = [
        step
        for step in row.steps.all()
        if step.regimen == "as_needed" and step.state == DoseStep.State.CURRENT
    ]
    return as_needed_words(found[0]) if found else ""


def as_needed_words(step: DoseStep) -> str:
    """Return "25 mg for panic, at most 50 mg a day"."""
    return _("{dose} for {purpose}, at most {most} a day").format(
        dose=wording.dose(step.amount, step.unit),
        purpose=step.purpose,
        most=wording.dose(step.at_most or step.amount, step.unit),
    )


def step_words(step: DoseStep) -> str:
    """Return one step's dose with its times of day."""
    slots = {time.slot: time.amount for time in step.times.all()}
    return wording.dose_and_times(step.amount, step.unit, slots, step.every_days)


def _step_ahead(step: DoseStep) -> str:
    if step.not_before is None:
        return step_words(step)
    return _("{dose}, not before {day}").format(
        dose=step_words(step), day=wording.day(step.not_before)
    )


def _strengths(row: Medication) -> str:
    return ", ".join(
        wording.dose(strength.amount, row.unit)
        + (f" ({_('can be halved')})" if strength.can_be_halved else "")
        for strength in sorted(row.strengths.all(), key=lambda s: s.amount)
    )


def _taper_facts(taper: TaperPlan) -> list[tuple[str, str]]:
    if taper.state not in (TaperPlan.State.ACTIVE, TaperPlan.State.HELD):
        return []
    return [
        (_("We hold when"), taper.hold_rule),
        (_("We go back when"), taper.step_back_rule),
        (_("We keep watching until"), _day(taper.watch_until)),
    ]


def _therapy_items(plan: Plan) -> list[Section]:
    rows = _standing(TherapyCourse, plan).select_related("therapist")
    return [
        _item(
            row,
            "therapy",
            row.name,
            [
                (_("With"), row.therapist.name if row.therapist else ""),
                (_("Focus"), row.focus),
                (_("Stage"), row.stage),
                (_("Every"), _days(row.every_days)),
                (_("Planned sessions"), row.planned_sessions),
                (_("Between sessions"), row.between_sessions),
                (_("From"), _day(row.started_on)),
                (_("Look at it again"), _day(row.review_on)),
            ],
        )
        for row in rows
    ]


def _safety_items(plan: Plan) -> list[Section]:
    rows = _standing(SafetyPlan, plan).prefetch_related("lines", "people")
    return [_safety(row) for row in rows]


def _safety(row: SafetyPlan) -> Section:
    facts: list[tuple[str, str]] = []
    for heading in row.lines.model.Heading:
        words = [line.words for line in _ordered(row.lines.all(), "heading", heading)]
        facts.append((str(heading.label), "; ".join(words)))
    for kind in row.people.model.Kind:
        people = [
            " ".join(filter(None, [person.name, person.phone, person.when]))
            for person in _ordered(row.people.all(), "kind", kind)
        ]
        facts.append((str(kind.label), "; ".join(people)))
    facts.append((_("Look at it again"), _day(row.review_on)))
    return _item(row, "safety_plan", _("My safety plan"), facts)


def _ordered(rows: Any, field: str, value: str) -> list[Any]:
    return sorted(
        (row for row in rows if getattr(row, field) == value), key=lambda r: r.order
    )
