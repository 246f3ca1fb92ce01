"""A gap after which nobody should start again alone (clinical.md section 6, case 106)."""

from dataclasses import dataclass
from datetime import timedelta

from careplan.common.catalogue import medicine_rules
from careplan.common.marking import gettext_noop as _

PATIENT_TEXT = _("Contact your prescriber before the next dose.")
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class RestartAlert:
    """``patient_text`` is all a patient reads; message and source are for clinicians."""

    rule_id: str
    medicine_id: str
    gap: timedelta
    patient_text: str
    message: str
    source: str
    is_draft: bool


def restart_alert(medicine_id: str, *, gap: timedelta) -> RestartAlert | None:
    """The alert for that long without a dose, or none.

    Clozapine 48 h [U], lamotrigine more than 5 days [S], prazosin 72 h [U]; all
    [CLIN]. A part of an hour counts as a whole one: this may over-alert.
    """
    rule = medicine_rules.restart_rule(medicine_id)
    if rule is None or -(-gap // HOUR) < rule.gap_hours_at_least:
        return None
    return RestartAlert(
        rule_id=rule.id,
        medicine_id=medicine_id,
        gap=gap,
        patient_text=PATIENT_TEXT,
        message=rule.message,
        source=rule.source,
        is_draft=rule.review.is_draft,
    )
