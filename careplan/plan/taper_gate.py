"""The gate before the next step down: hold, look at going back, or ready.

A pure rule over inputs that upper rooms gather (decisions 34). It opens nothing by
itself: the prescriber releases every step, and may override a hold with a reason,
but not a look at going back.
Source: clinical.md 6, draft until signed off by a clinician.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

CHECK_IS_FRESH_FOR_DAYS = 7
MANY_NEW_SYMPTOMS = 4
PHQ9_RISE = 5
PHQ9_MODERATE = 10


class Outcome(Enum):
    HOLD = "hold"  # wait and look again; the step stays as it is
    STEP_BACK_REVIEW = "step_back_review"  # same-day look by the prescriber
    READY = "ready_for_prescriber"  # nothing here speaks against releasing


class Reason(Enum):
    NO_RECENT_CHECK = "no_recent_check"
    STRONG_SYMPTOM = "strong_symptom"
    DAILY_LIFE_LOST = "daily_life_lost"
    SCORE_MUCH_HIGHER = "score_much_higher"
    MODERATE_SYMPTOM = "moderate_symptom"
    MANY_NEW_SYMPTOMS = "many_new_symptoms"
    NOT_TOLERABLE = "not_tolerable"
    SCORE_HIGHER = "score_higher"
    SAFETY_FLAG_OPEN = "safety_flag_open"
    MAJOR_LIFE_EVENT = "major_life_event"
    TOO_SOON = "too_soon"


@dataclass(frozen=True)
class Symptom:
    """One line of the withdrawal check: 0 none, 1 mild, 2 moderate, 3 strong."""

    key: str
    severity: int
    new_or_worse: bool = False


@dataclass(frozen=True)
class WithdrawalCheck:
    """The last answers of the person after a lower dose."""

    answered_on: date
    symptoms: tuple[Symptom, ...] = ()
    daily_life: int = 0
    tolerable: bool = True


@dataclass(frozen=True)
class GateInput:
    """Everything the gate may look at, frozen as it was when asked."""

    today: date
    last_step_on: date
    min_interval_days: int
    check: WithdrawalCheck | None = None
    phq9_before: int | None = None
    phq9_now: int | None = None
    safety_flag_open: bool = False
    major_life_event: bool = False


@dataclass(frozen=True)
class GateResult:
    """The outcome, every reason that led to it, and the input they were read from."""

    outcome: Outcome
    reasons: tuple[Reason, ...]
    basis: GateInput


def gate(given: GateInput) -> GateResult:
    """Return what the first fitting row of the gate says, with all its reasons."""
    if not _has_recent_check(given):
        return GateResult(Outcome.HOLD, (Reason.NO_RECENT_CHECK,), given)
    back = _reasons_to_look_back(given)
    if back:
        return GateResult(Outcome.STEP_BACK_REVIEW, back, given)
    hold = _reasons_to_hold(given)
    if hold:
        return GateResult(Outcome.HOLD, hold, given)
    return GateResult(Outcome.READY, (), given)


def _has_recent_check(given: GateInput) -> bool:
    if given.check is None:
        return False
    age = (given.today - given.check.answered_on).days
    return age <= CHECK_IS_FRESH_FOR_DAYS


def _reasons_to_look_back(given: GateInput) -> tuple[Reason, ...]:
    much_higher = (
        given.phq9_now is not None
        and given.phq9_now >= PHQ9_MODERATE
        and _score_rose(given)
    )
    return _met(
        (Reason.STRONG_SYMPTOM, _worst(given) >= 3),
        (Reason.DAILY_LIFE_LOST, _check(given).daily_life >= 3),
        (Reason.SCORE_MUCH_HIGHER, much_higher),
    )


def _reasons_to_hold(given: GateInput) -> tuple[Reason, ...]:
    newer = sum(s.new_or_worse and s.severity > 0 for s in _check(given).symptoms)
    days = (given.today - given.last_step_on).days
    return _met(
        (Reason.MODERATE_SYMPTOM, _worst(given) >= 2),
        (Reason.MANY_NEW_SYMPTOMS, newer >= MANY_NEW_SYMPTOMS),
        (Reason.NOT_TOLERABLE, not _check(given).tolerable),
        (Reason.SCORE_HIGHER, _score_rose(given)),
        (Reason.SAFETY_FLAG_OPEN, given.safety_flag_open),
        (Reason.MAJOR_LIFE_EVENT, given.major_life_event),
        (Reason.TOO_SOON, days < given.min_interval_days),
    )


def _met(*rows: tuple[Reason, bool]) -> tuple[Reason, ...]:
    return tuple(reason for reason, is_met in rows if is_met)


def _check(given: GateInput) -> WithdrawalCheck:
    return given.check or WithdrawalCheck(given.today)


def _worst(given: GateInput) -> int:
    return max((s.severity for s in _check(given).symptoms), default=0)


def _score_rose(given: GateInput) -> bool:
    if given.phq9_before is None or given.phq9_now is None:
        return False
    return given.phq9_now - given.phq9_before >= PHQ9_RISE
