"""The signs she named herself that show now, in her own words, for her alone (N13).

No figure, no rule, no verdict: what she wrote, and what she wanted to do then. What she
keeps private counts here, because it is hers and nobody else reads this; where nothing
else shows a sign the page says that her team does not know.
"""

import datetime as dt

from careplan.plan.live import ShownSign
from careplan.plan.models import EarlySign
from careplan.review.signs import signs, tied
from patients.models import Patient


def showing(patient: Patient, today: dt.date) -> tuple[ShownSign, ...]:
    """Give the signs that her own journal shows; nothing is asked without a tie."""
    rows = tied(patient.pk)
    pairs = zip(rows, signs(rows, today=today, with_private=True), strict=True)
    found = [(row, sign) for row, sign in pairs if sign.is_met]
    shared = signs([row for row, _sign in found], today=today)
    return tuple(
        _shown(row, is_known=known.is_met)
        for (row, _sign), known in zip(found, shared, strict=True)
    )


def _shown(row: EarlySign, *, is_known: bool) -> ShownSign:
    return ShownSign(
        words=row.words,
        act=row.i_do,
        is_hers_alone=not is_known,
        asks_for_help=row.level == EarlySign.Level.URGENT,
    )
