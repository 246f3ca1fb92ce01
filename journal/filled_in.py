"""What a filled-in check-in says, as plain values: from the form to the rules."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from journal import queries
from journal.form_parts import ANOTHER, NONE
from journal.inputs import (
    NOT_YET,
    CheckinInput,
    DoseInput,
    EffectInput,
    PracticeInput,
    SleepInput,
    SubstanceInput,
    TrackerInput,
)
from journal.models import DoseAnswer
from journal.queries import CheckinPage

Said = dict[str, Any]  # what a form holds once it is clean


def checkin(
    said: Said, page: CheckinPage, *, at: dt.datetime, now: dt.datetime
) -> CheckinInput:
    """Give what was filled in, as plain values."""
    mood, low, high = _mood(said, page.scale)
    shown = queries.read_token(said.get("shown", ""), now)
    return CheckinInput(
        client_id=said.get("client_id") or uuid4(),
        at=at,
        zone=page.zone,
        scale=page.scale,
        mood=mood,
        low=low,
        high=high,
        energy=_number(said.get("energy")),
        worry=_number(said.get("worry")),
        irritability=_number(said.get("irritability")),
        effects=tuple(_effects(said)),
        doses=tuple(_doses(said, page)),
        sleep=_sleep(said),
        practices=tuple(_practices(said)),
        substance=_substance(said),
        trackers=tuple(_tracker_values(said, page)),
        insight=said.get("insight", ""),
        bring_back=bool(said.get("bring_back")),
        life_event=said.get("life_event", ""),
        note=said.get("note", ""),
        is_private=bool(said.get("private")),
        seconds=shown.seconds if shown else None,
    )


def _mood(said: Said, scale: str) -> tuple[int | None, int | None, int | None]:
    value = _number(said.get("mood"))
    if scale != "elevated":
        return value, None, None
    low, high = _number(said.get("low")), _number(said.get("high"))
    if value is not None and low is None and high is None:
        return None, max(0, -value), max(0, value)
    if low is None and high is None:
        return None, None, None
    return None, low or 0, high or 0


def _effects(said: Said) -> Iterator[EffectInput]:
    about = _about_effects(said)
    for code in said.get("effects", ()):
        if code not in (NONE, ANOTHER):
            strength = _number(said.get(f"strength-{code}"))
            yield EffectInput(code=code, strength=strength, **about)
    if words := said.get("another", "").strip():
        code = queries.code_of(words)
        yield EffectInput(
            code=code,
            words="" if code else words,
            strength=_number(said.get("another_strength")),
            **about,
        )


def _doses(said: Said, page: CheckinPage) -> Iterator[DoseInput]:
    for dose in page.doses:
        answer = said.get(f"dose-{dose.key}")
        if answer and (answer != NOT_YET or dose.answered):
            yield DoseInput(
                day=dose.day,
                answer=answer,
                medication_id=dose.medication_id,
                slot=dose.slot,
                reason=_reason(said, dose.key, answer),
                planned_amount=dose.amount,
                unit=dose.unit,
            )


def _reason(said: Said, key: str, answer: str) -> str:
    asked_of_none = {DoseAnswer.Answer.TAKEN, DoseAnswer.Answer.EXTRA, NOT_YET}
    return "" if answer in asked_of_none else said.get(f"reason-{key}", "")


def _tracker_values(said: Said, page: CheckinPage) -> Iterator[TrackerInput]:
    for tracker in page.trackers:
        value = said.get(f"tracker-{tracker.pk}")
        if value not in (None, ""):
            yield TrackerInput(tracker.pk, Decimal(value))


def _number(value: object) -> int | None:
    return int(str(value)) if value not in (None, "") else None


def _about_effects(said: Said) -> dict[str, Any]:
    chosen = said.get("suspected", ())
    return {
        "since": said.get("since"),
        "suspected": tuple(UUID(v) for v in chosen if v != "not_sure"),
        "is_not_sure": "not_sure" in chosen,
    }


def _sleep(said: Said) -> SleepInput | None:
    if not _has(said, "bed", "awake", "wakings", "quality"):
        return None
    return SleepInput(
        bed=said.get("bed"),
        up=said.get("up"),
        minutes_awake=said.get("awake") or 0,
        wakings=said.get("wakings"),
        quality=_number(said.get("quality")),
    )


def _practices(said: Said) -> Iterator[PracticeInput]:
    effect = said.get("habits_effect", "")
    if _has(said, "moving", "effort"):
        yield PracticeInput(
            "movement", minutes=said.get("moving"), effort=said.get("effort", "")
        )
    habits = list(said.get("habits", ()))
    if _has(said, "mindful_minutes") and "mindfulness" not in habits:
        habits.append("mindfulness")
    for kind in habits:
        minutes = said.get("mindful_minutes") if kind == "mindfulness" else None
        yield PracticeInput(kind, minutes=minutes, effect=effect)


def _substance(said: Said) -> SubstanceInput | None:
    """Units without a kind are of alcohol; words alone are something else."""
    units, words = said.get("units"), said.get("drink_words", "")
    kind = said.get("drink") or ("other" if units is None else "alcohol")
    if not _has(said, "drink", "units", "drink_words"):
        return None
    return SubstanceInput(kind, units=units, words=words)


def _has(said: Said, *names: str) -> bool:
    """Whether one of the fields was filled in; a nought is an answer."""
    return any(said.get(name) not in (None, "") for name in names)
