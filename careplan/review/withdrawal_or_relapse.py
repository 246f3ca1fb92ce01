"""A label for clinicians when symptoms come after a cut: withdrawal, return, unclear.

Never "relapse" by itself [V NG222 1.4.15, 1.4.20]; the patient reads neutral words.
Source: clinical.md section 8 [CLIN].
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from careplan.common.catalogue import side_effects
from careplan.common.marking import gettext_noop as _
from journal.clusters import MedicineFact, Report, withdrawal_counts

LISTED_AT_LEAST = 2
PHQ9_RISE = 5
PATIENT_WORDS = _(
    "New symptoms after a change of dose can have several reasons. "
    "Your team will look at this with you."
)


class Label(StrEnum):
    """In the words that clinicians read."""

    NONE = _("none")
    WITHDRAWAL = _("possible withdrawal")
    RETURN = _("possible return of symptoms")
    UNCLEAR = _("unclear, talk together")


@dataclass(frozen=True, slots=True)
class LabelFound:
    """The label with what it rests on. ``patient_words`` never name it."""

    label: Label
    symptoms: tuple[str, ...]
    phq9_rise: int | None
    rule: str
    source: str
    patient_words: str


def label(
    reports: Iterable[Report],
    *,
    medicines: Iterable[MedicineFact],
    phq9_before: int | None,
    phq9_now: int | None,
) -> LabelFound:
    """2 or more listed symptoms that began 0-14 days after a cut or missed doses:
    possible withdrawal. PHQ-9 up by 5 without: possible return. Both: unclear."""
    counted = _listed(reports, tuple(medicines))
    rise = _rise(phq9_before, phq9_now)
    return LabelFound(
        label=_label(
            has_symptoms=len(counted) >= LISTED_AT_LEAST,
            has_risen=rise is not None and rise >= PHQ9_RISE,
        ),
        symptoms=counted,
        phq9_rise=rise,
        rule=_(
            "2 or more listed symptoms 0-14 days after a cut or missed doses; "
            "PHQ-9 up by 5 or more"
        ),
        source=_("NICE NG222 1.4.15, 1.4.20 for the timing; figures for sign-off"),
        patient_words=PATIENT_WORDS,
    )


def _listed(
    reports: Iterable[Report], medicines: tuple[MedicineFact, ...]
) -> tuple[str, ...]:
    (cluster,) = (row for row in side_effects.clusters() if row.id == "cl_withdrawal")
    counted = {
        report.item
        for report in reports
        if report.item in cluster.count_of
        and report.felt >= cluster.min_severity
        and any(withdrawal_counts(medicine, report) for medicine in medicines)
    }
    return tuple(sorted(counted))


def _rise(before: int | None, now: int | None) -> int | None:
    return None if before is None or now is None else now - before


def _label(*, has_symptoms: bool, has_risen: bool) -> Label:
    if has_symptoms and has_risen:
        return Label.UNCLEAR
    if has_symptoms:
        return Label.WITHDRAWAL
    return Label.RETURN if has_risen else Label.NONE
