"""When an answer needs help at once: the support page, the moment, the team told.

Nothing here blocks or hides logging, and nothing says that somebody is watching
(clinical.md 9). A private answer tells nobody until the person asks for it
(decisions 29).
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from careplan.common.clock import local_date
from careplan.team import alerts
from journal import clusters, effects
from journal.models import MeasureResponse, SafetyMoment, SideEffectReport
from patients.models import Patient

# Asked again at the next opening, and within 24 to 72 hours (clinical.md 9).
NEXT_OPENING = dt.timedelta(hours=4)
A_DAY_LATER = dt.timedelta(hours=24)
ASKED_FOR = dt.timedelta(days=14)
LEVEL_NAMES = {
    clusters.Level.EMERGENCY: "emergency",
    clusters.Level.URGENT: "same_day",
}


@dataclass(frozen=True, slots=True)
class Told:
    """Who was told of an answer; nobody when it is private or no one may be."""

    is_private: bool
    names: tuple[str, ...] = ()


@transaction.atomic
def open_moment(
    patient: Patient,
    *,
    ground: str,
    exact: str,
    is_private: bool,
    now: dt.datetime,
    zone: str = "",
) -> SafetyMoment:
    """Note that an answer opened the support page."""
    moment = SafetyMoment(
        patient_id=patient.pk,
        local_date=local_date(now, zone or patient.time_zone),
        ground=ground,
        exact=exact,
        is_private=is_private,
        opened_at=now,
    )
    moment.save(force_insert=True)
    return moment


def tell_of_effects(
    patient: Patient,
    rows: Sequence[SideEffectReport],
    found: clusters.Assessment,
    *,
    ground: str,
    now: dt.datetime,
) -> None:
    """Raise the alert an assessment asks for: emergency, same day or next working day.

    Private reports raise nothing.
    """
    if not rows or any(row.is_private for row in rows):
        return
    level = LEVEL_NAMES.get(found.level, "routine" if found.next_day_task else "")
    if not level:
        return
    alerts.raise_alert(
        patient=patient,
        level=level,
        ground=ground,
        label=gettext("Side effects to look at"),
        exact=exact_words(rows, found),
        now=now,
    )


def exact_words(
    rows: Sequence[SideEffectReport], found: clusters.Assessment | None = None
) -> str:
    """Give what was said, effect by effect, and the clusters it met."""
    lines = [
        f"{effects.clinical_name_of(row)}: {effects.strength_word(row)}"
        + (f" ({words})" if (words := effects.change_words(row)) else "")
        for row in rows
    ]
    lines += [f"{row.title}. {row.action}" for row in found.clusters] if found else []
    return "\n".join(lines)


@transaction.atomic
def choose(
    moment: SafetyMoment, patient: Patient, *, choice: str, now: dt.datetime
) -> None:
    """Keep which of the three equal choices the person made.

    "I would like someone to contact me" is itself a word to the team, private answer
    or not: the person asked for it.
    """
    moment.choice, moment.chosen_at = SafetyMoment.Choice(choice), now
    moment.save(update_fields=["choice", "chosen_at"])
    if moment.choice == SafetyMoment.Choice.CONTACT_ME:
        _tell(moment, patient, label=gettext("Asks to be contacted"), now=now)


def to_ask_again(patient_id: UUID, *, now: dt.datetime) -> SafetyMoment | None:
    """Give the latest moment to ask about again, if its time has come.

    At the next opening, some hours later, and once more after a day; whoever comes
    back later is asked then, for two weeks.
    """
    rows = SafetyMoment.objects.filter(
        patient_id=patient_id, opened_at__gt=now - ASKED_FOR
    )
    last = rows.order_by("-opened_at").first()
    return last if last is not None and is_to_ask_again(last, now=now) else None


def is_to_ask_again(moment: SafetyMoment, *, now: dt.datetime) -> bool:
    """Whether "How are you now?" is asked: the next time, and 24 hours after."""
    since, asked = now - moment.opened_at, moment.asked_again_at
    if since < NEXT_OPENING or since > ASKED_FOR:
        return False
    if asked is None:
        return True
    return since >= A_DAY_LATER and asked - moment.opened_at < A_DAY_LATER


@transaction.atomic
def answer_again(
    moment: SafetyMoment, patient: Patient, *, choice: str, now: dt.datetime
) -> None:
    """Keep that it was asked again; the first choice stays as it was made.

    "I would like someone to contact me" tells the team, as it does the first time.
    """
    moment.asked_again_at = now
    moment.save(update_fields=["asked_again_at"])
    if choice == SafetyMoment.Choice.CONTACT_ME:
        _tell(moment, patient, label=gettext("Asks to be contacted"), now=now)


@transaction.atomic
def tell_my_team(moment: SafetyMoment, patient: Patient, *, now: dt.datetime) -> None:
    """Tell the team about an answer that was kept private."""
    _tell(moment, patient, label=gettext("A safety answer"), now=now)


@transaction.atomic
def talk_at_next_visit(moment: SafetyMoment) -> None:
    """Note that the person wants to talk about it at the next visit."""
    moment.talk_at_next_visit = True
    moment.save(update_fields=["talk_at_next_visit"])


def _tell(
    moment: SafetyMoment, patient: Patient, *, label: str, now: dt.datetime
) -> None:
    alert = alerts.raise_alert(
        patient=patient,
        level="same_day",
        ground=f"{moment.ground}:{label}"[:120],
        label=label,
        exact=moment.exact,
        now=now,
    )
    if alert is not None:
        moment.told_at = now
        moment.save(update_fields=["told_at"])


def was_told(draft: MeasureResponse) -> bool:
    """Whether an answer of this form went to the team when it was given."""
    rows = SafetyMoment.objects.filter(
        patient_id=draft.patient_id, ground=f"measure:{draft.pk}", is_private=False
    )
    return rows.exists()


def moment_about(patient_id: UUID, ground: str) -> SafetyMoment | None:
    """Give the moment that an answer opened, if it did."""
    rows = SafetyMoment.objects.filter(patient_id=patient_id, ground=ground)
    return rows.order_by("-opened_at").first()


@transaction.atomic
def tell_of_shared(
    patient: Patient,
    rows: Sequence[SideEffectReport],
    found: clusters.Assessment | None,
    *,
    ground: str,
    now: dt.datetime,
) -> None:
    """Tell the team what a check-in asks for, now that it is not private any more."""
    if found is not None:
        tell_of_effects(patient, rows, found, ground=ground, now=now)
    opened(patient.pk, ground)


def opened(patient_id: UUID, ground: str) -> None:
    """Note that the answer behind a moment is shared now."""
    SafetyMoment.objects.filter(patient_id=patient_id, ground=ground).update(
        is_private=False
    )


def moment_of(patient_id: UUID, moment_id: UUID) -> SafetyMoment | None:
    """Give one moment of the person's own."""
    return SafetyMoment.objects.filter(patient_id=patient_id, pk=moment_id).first()
