"""Days to wait between an MAO inhibitor and another medicine, both ways.

Source: clinical.md section 7 and rule 6, cases 68-73; rows in medicine_rules.json.
For prescribers; it never suggests a date or a dose.
"""

from dataclasses import dataclass
from enum import StrEnum

from careplan.common.catalogue import medicine_rules
from careplan.common.catalogue.medicine_rules import Washout
from careplan.common.catalogue.medicines import Medicine

# Moclobemide is a reversible MAO inhibitor: started after others it waits as one.
MAO_INHIBITORS = ("maoi", "rima")
OTHERS = ("maoi_washout", "serotonergic")


class Gap(StrEnum):
    CONTRAINDICATED = "contraindicated"  # below the label's minimum
    CAUTION = "caution"  # below the days from which this product is quiet
    CLEAR = "clear"


@dataclass(frozen=True, slots=True)
class WashoutFinding:
    """The level with the rule, its inputs and its source."""

    level: Gap
    rule_id: str
    stopped: str
    started: str
    days: int
    label_minimum_days: int
    app_warning_days: int
    source: str
    is_draft: bool


def washout(
    stopped: Medicine, started: Medicine, *, days: int
) -> WashoutFinding | None:
    """The gap of that many whole days judged; none where no rule is on file.

    No rule does not mean clear: between two MAO inhibitors there is none (section
    14). A row for a named medicine wins over the row for its tag. Refuses fewer
    than 0 days.
    """
    if days < 0:
        raise ValueError("a medicine is stopped before the other starts")
    rule = _rule(stopped, started)
    if rule is None:
        return None
    return WashoutFinding(
        level=_level(rule, days),
        rule_id=rule.id,
        stopped=stopped.id,
        started=started.id,
        days=days,
        label_minimum_days=rule.label_minimum_days,
        app_warning_days=rule.app_warning_days,
        source=rule.source,
        is_draft=rule.review.is_draft,
    )


def _rule(stopped: Medicine, started: Medicine) -> Washout | None:
    if stopped.has_tag(*MAO_INHIBITORS) and started.has_tag(*MAO_INHIBITORS):
        return None
    fitting = [row for row in medicine_rules.washouts() if _is_started(row, started)]
    by_name = (row for row in fitting if stopped.id in row.stopped_medicines)
    by_tag = (row for row in fitting if stopped.has_tag(*row.stopped_tags))
    return next(by_name, None) or next(by_tag, None)


def _is_started(row: Washout, started: Medicine) -> bool:
    return started.has_tag(*(MAO_INHIBITORS if row.started == "maoi" else OTHERS))


def _level(rule: Washout, days: int) -> Gap:
    if days < rule.label_minimum_days:
        return Gap.CONTRAINDICATED
    return Gap.CAUTION if days < rule.app_warning_days else Gap.CLEAR
