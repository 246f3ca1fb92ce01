"""The decision page, for clinicians only: every leg side by side, then one decision."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from careplan.common.clock import local_date
from careplan.plan.models import EarlySign
from careplan.review import decisions, factors, gather, phase_ideas, signs
from careplan.review.access import Room
from careplan.review.decision_points import WINDOWS, Finding, Output, find
from careplan.review.models import Decision
from careplan.review.timeline.data import TimelineData
from careplan.review.timeline.words import day_long, day_short, spoken_by
from careplan.review.trial import Leg, Trial, trial
from journal import change
from patients.topics import Topic

OVER = dt.timedelta(days=56)

# Prompts to look; the options stay with the clinician. Draft reference (clinical.md 4).
PROMPTS: Mapping[Output, object] = {
    Output.SAFETY_FIRST: lazy("Safety first: a safety flag is open."),
    Output.PRESCRIBER_REVIEW_HIGH_MOOD: lazy(
        "The high-mood check is positive: the prescriber looks."
    ),
    Output.NO_DECISION_POINT: lazy("No decision point today."),
    Output.MEASURE_DUE: lazy("Measure first: a form or dose answers are missing."),
    Output.REVIEW_TOLERABILITY: lazy("Look at how well it is tolerated."),
    Output.ADDRESS_SIDE_EFFECTS: lazy("Talk about side effects."),
    Output.ADHERENCE_FIRST: lazy("Talk about taking the medicine first."),
    Output.CASE_REVIEW: lazy("Review the case together."),
    Output.RELAPSE_PREVENTION: lazy("Move towards staying well."),
    Output.CONTINUE: lazy("Go on and look again at the next point."),
    Output.REVIEW_PLAN: lazy("Look at the plan again."),
    Output.REVIEW_PLAN_AND_THERAPY: lazy("Look at the plan and at therapy."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One leg in the row: its name, its figure, and what stands behind it."""

    name: str
    value: str
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistic:
    """One change statistic with its rule and inputs."""

    name: str
    answer: str
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The whole page."""

    trial: Trial | None
    finding: Finding | None
    prompt: str
    point: str
    when: str
    cells: tuple[Cell, ...]
    statistics: tuple[Statistic, ...]
    signs: tuple[signs.Sign, ...] | None
    goes_with: tuple[str, ...]
    past: tuple[Decision, ...]
    may_decide: bool
    is_decided: bool
    phase: phase_ideas.Idea | None


def build(opened: Room, *, now: dt.datetime) -> Page:
    """Give the page; a fixed number of queries whatever was logged."""
    today = local_date(now, opened.patient.time_zone)
    current = trial(opened.patient, opened.topics, today=today, now=now)
    finding = find(current.situation) if current else None
    past = tuple(decisions.recorded(opened.patient))
    with spoken_by(translation):
        window = _window(opened, today)
        data = gather.timeline(window)
        return Page(
            trial=current,
            finding=finding,
            prompt=str(PROMPTS[finding.output]) if finding else "",
            point=_point_words(finding),
            when=_when(current),
            cells=tuple(_cells(current)) if current else (),
            statistics=tuple(_statistics(current)) if current else (),
            signs=_signs(opened, data),
            goes_with=factors.reports(window, data),
            past=past,
            may_decide=_may_decide(current, finding, past),
            is_decided=_is_decided(current, finding, past),
            phase=phase_ideas.worth_saying(opened, today=today),
        )


def _window(opened: Room, today: dt.date) -> gather.Window:
    return gather.Window(
        patient=opened.patient,
        topics=opened.topics,
        voice=opened.voice,
        start=today - OVER,
        end=today,
        today=today,
    )


def _may_decide(
    current: Trial | None, finding: Finding | None, past: tuple[Decision, ...]
) -> bool:
    """N11: nothing is recorded before the legs stand side by side; once a point."""
    if current is None or finding is None or finding.point is None:
        return False
    if finding.output is Output.MEASURE_DUE:
        return False
    return not _is_decided(current, finding, past)


def _is_decided(
    current: Trial | None, finding: Finding | None, past: tuple[Decision, ...]
) -> bool:
    if current is None or finding is None or finding.point is None:
        return False
    done = {(row.day_zero, row.point) for row in past}
    return (current.day_zero, finding.point.value) in done


def _point_words(finding: Finding | None) -> str:
    if finding is None or finding.point is None:
        return ""
    return str(Decision.Point(finding.point.value).label)


def _when(current: Trial | None) -> str:
    if current is None:
        return _("No treatment has begun that you may see.")
    coming = [first for first, _last in WINDOWS.values() if first > current.day]
    words = _("Day {day} since {start}.").format(
        day=current.day, start=day_long(current.day_zero)
    )
    if coming:
        on = current.day_zero + dt.timedelta(days=coming[0])
        words += " " + _("The next point opens on {day}.").format(day=day_short(on))
    return words


def _cells(current: Trial) -> list[Cell]:
    cells = [_medicine_cell(leg) for leg in current.medicines or ()]
    for leg in current.therapy or ():
        cells.append(
            Cell(
                name=leg.name,
                value=_since(leg.since),
                about=leg.now,
            )
        )
    if current.sessions is not None:
        cells.append(_of(_("Sessions attended"), current.sessions))
    if current.homework is not None:
        cells.append(_of(_("Homework done"), current.homework))
    if current.forms is not None:
        cells += _score_cells(current)
    return cells


def _of(name: str, figures: tuple[int, int]) -> Cell:
    return Cell(
        name=name,
        value=_("{n} of {of}").format(n=figures[0], of=figures[1])
        if figures[1]
        else _("none set"),
        about=_("since the start"),
    )


def _since(day: dt.date | None) -> str:
    return _("since {day}").format(day=day_short(day)) if day else ""


def _medicine_cell(leg: Leg) -> Cell:
    parts = [_since(leg.since)]
    if leg.adequate_since:
        parts.append(
            _("marked adequate {day}").format(day=day_short(leg.adequate_since))
        )
    told = leg.adherence
    if told is not None:
        parts.append(
            _("taken {n} of {of} in 28 days, no record of {none}").format(
                n=told.taken, of=told.planned, none=told.no_record
            )
        )
    return Cell(
        name=leg.name, value=leg.now, about=", ".join(part for part in parts if part)
    )


def _score_cells(current: Trial) -> list[Cell]:
    known = current.situation
    return [
        Cell(
            name=_("PHQ-9"),
            value=_shown(known.baseline, known.now),
            about=_("at the start and in this window"),
        ),
        Cell(
            name=_("Side-effect burden"),
            value="-" if known.burden is None else str(known.burden),
            about=_("0 to 6, own wording"),
        ),
    ]


def _shown(before: int | None, now: int | None) -> str:
    return f"{'-' if before is None else before} → {'-' if now is None else now}"


def _statistics(current: Trial) -> list[Statistic]:
    before, now = current.situation.baseline, current.situation.now
    if before is None or now is None:
        return []
    fall = change.improvement_percent(before, now)
    response = change.response(before, now)
    reliable = change.reliable_change("phq9", baseline=before, now=now)
    inputs = _("{before} at the start, {now} now").format(before=before, now=now)
    return [
        Statistic(
            name=_("Fall"),
            answer="-" if fall is None else f"{fall} %",
            rule=_("in percent of the start; {inputs}").format(inputs=inputs),
        ),
        Statistic(
            name=_("Response"),
            answer=_yes(response),
            rule=_("a fall of half or more; start at least 5"),
        ),
        Statistic(
            name=_("Remission range"),
            answer=_yes(change.remission_range("phq9", now)),
            rule=_("PHQ-9 below 5"),
        ),
        Statistic(
            name=_("Reliable change"),
            answer=str(reliable) if reliable else "-",
            rule=_("6 points or more, either way"),
        ),
    ]


def _yes(answer: bool | None) -> str:  # noqa: FBT001 - a yes or no from a rule
    if answer is None:
        return "-"
    return _("yes") if answer else _("no")


def _signs(opened: Room, data: TimelineData) -> tuple[signs.Sign, ...] | None:
    if not opened.reads(Topic.PLAN):
        return None
    rows = EarlySign.objects.filter(patient=opened.patient, ended_at=None)
    return signs.signs(list(rows.order_by("created_at")), today=data.range.today)
