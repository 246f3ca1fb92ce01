"""Personal thresholds: the early signs agreed in the plan, read against live data.

A sign is tied by `EarlySign.tied_to` (`plan.ties`) to mood, sleep, a tracker of one's
own, a side effect or a form; `watching` makes one task of each that is met (V4, N13).
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from careplan.common.postgresql import prepared
from careplan.plan import ties
from careplan.plan.models import EarlySign
from careplan.plan.ties import Tie
from careplan.review.sign_figures import FORM_DAYS, Days, Figures, figures
from careplan.review.timeline.words import number


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """One agreed sign and where it stands; `value` is None without enough data."""

    words: str
    level: str
    i_do: str
    therapist_does: str
    prescriber_does: str
    rule: Tie | None
    value: Decimal | None
    is_met: bool
    basis: str


def tied(patient: UUID) -> list[EarlySign]:
    """Give the signs of one plan that live data can show, oldest first."""
    return list(prepared.instances(EarlySign, _tied(patient=patient)))


@prepared.Prepared
def _tied(*, patient: UUID) -> Any:
    rows = EarlySign.objects.filter(patient=patient, ended_at=None)
    return rows.exclude(tied_to="").order_by("created_at")


def met(tie: Tie, value: Decimal | None) -> bool:
    """Say whether the figure has passed the limit; nothing known is not met."""
    if value is None:
        return False
    return value < tie.limit if tie.is_below else value > tie.limit


def asked(rows: Iterable[EarlySign]) -> dict[UUID, list[Tie]]:
    """Give the ties of many people's signs, those that can be read."""
    found: dict[UUID, list[Tie]] = {}
    for row in rows:
        tie = ties.read(row.tied_to)
        if tie is not None:
            found.setdefault(row.patient_id, []).append(tie)
    return found


def signs(
    rows: Sequence[EarlySign], *, today: dt.date, with_private: bool = False
) -> tuple[Sign, ...]:
    """Give each sign with its figure of today, as far as the reader may see it.

    `with_private` is for the person herself and nobody else.
    """
    found = figures(asked(rows), Days(today, with_private))
    return tuple(_sign(row, found) for row in rows)


def _sign(row: EarlySign, found: Figures) -> Sign:
    tie = ties.read(row.tied_to)
    value = found.get((row.patient_id, tie.source)) if tie else None
    return Sign(
        words=row.words,
        level=str(row.get_level_display()),
        i_do=row.i_do,
        therapist_does=row.therapist_does,
        prescriber_does=row.prescriber_does,
        rule=tie,
        value=value,
        is_met=bool(tie and met(tie, value)),
        basis=_basis(row, tie, value),
    )


def _basis(row: EarlySign, tie: Tie | None, value: Decimal | None) -> str:
    if tie is None:
        return _("Not tied to a figure: people look out for it.")
    way = _("below") if tie.is_below else _("above")
    shown = _("not enough logged") if value is None else number(value)
    return _("{what}: {value}. Agreed limit: {way} {limit}.").format(
        what=_what(row, tie), value=shown, way=way, limit=number(tie.limit)
    )


def _what(row: EarlySign, tie: Tie) -> str:
    means = {
        "mood": _("Mean mood of 7 days"),
        "low": _("Mean low mood of 7 days"),
        "high": _("Mean high mood of 7 days"),
        "sleep": _("Mean hours of sleep"),
        "tracker": _("{name}, mean of 7 days"),
        "effect": _("{name}, strongest of 7 days"),
        "measure": _("{name}, newest of {weeks} weeks"),
    }
    return means[tie.what].format(name=row.tied_name, weeks=FORM_DAYS // 7)
