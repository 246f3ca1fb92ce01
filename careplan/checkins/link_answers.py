"""Writing the one answer a link may give. It reads nothing back.

Everything runs as the holder of the link: PostgreSQL lets that identity insert these
rows for this one patient, and shows it none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from careplan.checkins import prompts
from careplan.checkins.prompts import OpenLink
from careplan.common import clock
from careplan.common.identity import acting_as
from journal import clusters, from_link
from journal.inputs import CheckinInput, DoseInput, EffectInput
from journal.models import Entry
from patients.models import MoodScale, Patient


@dataclass(frozen=True, slots=True)
class LinkAnswer:
    """What the page takes: each part may be left out. `mood` is 1 to 7, `taken` a
    value of `DoseAnswer.Answer`, `effect` a code of the general list, strength 1-3."""

    mood: int | None = None
    taken: str = ""
    effect: str = ""
    strength: int | None = None


class Met(StrEnum):
    """How the page is to meet an answer."""

    THANKS = "thanks"
    HELP_NOW = "help now"  # what was chosen can need help at once
    THOUGHTS = "thoughts"  # of suicide or self-harm: helplines before anything else


@transaction.atomic
def save(opened: OpenLink, answer: LinkAnswer, *, now: datetime) -> Met:
    """Use the link up and save the answer, in one transaction of the caller. Says how
    to meet it.

    Refuses a link that was used meanwhile.
    """
    prompt = prompts.use(opened, now=now)
    bare = Patient(
        pk=opened.patient_id,
        user_id=opened.user_id,
        time_zone=opened.zone,
        mood_scale=opened.scale,
    )
    with acting_as(opened.identity):
        saved = from_link.save(bare, _checkin(opened, answer, now), now=now)
        prompts.answer(prompt, now=now)
    if saved.found and saved.found.opens_safety_flow:
        return Met.THOUGHTS
    if saved.found and saved.found.level is clusters.Level.EMERGENCY:
        return Met.HELP_NOW
    return Met.THANKS


def _checkin(opened: OpenLink, answer: LinkAnswer, now: datetime) -> CheckinInput:
    day = clock.dose_day(now, opened.zone)
    effect = EffectInput(answer.effect, strength=answer.strength, is_not_sure=True)
    return CheckinInput(
        client_id=opened.prompt_id,
        at=now,
        zone=opened.zone,
        scale=opened.scale,
        effects=(effect,) if answer.effect else (),
        doses=(DoseInput(day, answer.taken),) if answer.taken else (),
        source=Entry.Source.LINK,
        mood=None if opened.scale == MoodScale.ELEVATED else answer.mood,
        low=_low(answer) if opened.scale == MoodScale.ELEVATED else None,
    )


def _low(answer: LinkAnswer) -> int | None:
    """On the elevated-aware scale only the low side was asked here: the tiles are the
    same for everybody, since another set would tell a stranger something."""
    return None if answer.mood is None else max(0, 4 - answer.mood)
