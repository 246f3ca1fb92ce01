"""Decision points at weeks 2, 4, 6, 9 and 12, and registry flags. Clinicians only.

Prompts to look, with the options left to the clinician: no diagnosis, no dose.
Every finding carries its rule, inputs and source. Whole-number arithmetic.
Source: clinical.md section 4, cases 37-59; the thresholds of rows 8-12 are [U][CLIN].
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from careplan.common.marking import gettext_noop as _
from journal.adherence import Adherence
from journal.change import has_fallen_by

ADEQUATE_DAYS = 28
WORSE_BY = 6
REMISSION_BELOW = 5


class Output(StrEnum):
    """What the table asks the clinician to look at."""

    SAFETY_FIRST = "SAFETY_FIRST"
    PRESCRIBER_REVIEW_HIGH_MOOD = "PRESCRIBER_REVIEW_HIGH_MOOD"
    NO_DECISION_POINT = "NO_DECISION_POINT"
    MEASURE_DUE = "MEASURE_DUE"
    REVIEW_TOLERABILITY = "REVIEW_TOLERABILITY"
    ADDRESS_SIDE_EFFECTS = "ADDRESS_SIDE_EFFECTS"
    ADHERENCE_FIRST = "ADHERENCE_FIRST"
    CASE_REVIEW = "CASE_REVIEW"
    RELAPSE_PREVENTION = "RELAPSE_PREVENTION"
    CONTINUE = "CONTINUE"
    REVIEW_PLAN = "REVIEW_PLAN"
    REVIEW_PLAN_AND_THERAPY = "REVIEW_PLAN_AND_THERAPY"


class Point(StrEnum):
    DP2 = "DP2"
    DP4 = "DP4"
    DP6 = "DP6"
    DP9 = "DP9"
    DP12 = "DP12"


# Days since day 0, both ends included [CLIN]; weeks from STAR*D [V].
WINDOWS = {
    Point.DP2: (10, 20),
    Point.DP4: (21, 34),
    Point.DP6: (35, 55),
    Point.DP9: (56, 76),
    Point.DP12: (77, 112),
}


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known on a day since day 0.

    ``now`` is the latest complete PHQ-9 inside the window, ``best`` the lowest
    since the baseline, ``days_on_adequate_dose`` counts from the prescriber's own
    mark. None = not known. Private rows are never among the inputs.
    """

    day: int
    baseline: int | None = None
    now: int | None = None
    best: int | None = None
    medicine_active: bool = True
    antidepressant_active: bool = False
    burden: int | None = None
    adherence: Adherence | None = None
    days_on_adequate_dose: int | None = None
    safety_flag_open: bool = False
    high_mood_positive: bool = False


@dataclass(frozen=True, slots=True)
class Input:
    """A value the rule read; none when it is not known."""

    name: str
    value: str | None


@dataclass(frozen=True, slots=True)
class Finding:
    """The row that fitted first, in the words of its rule, with inputs and source."""

    output: Output
    point: Point | None
    row: int
    rule: str
    inputs: tuple[Input, ...]
    source: str


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    rule: str
    output: Output
    source: str
    fits: Callable[["_Known"], bool]


@dataclass(frozen=True, slots=True)
class _Known:
    """The situation and its window; scores are read only after row 4."""

    given: Situation
    point: Point | None

    @property
    def baseline(self) -> int:
        return self.given.baseline or 0

    @property
    def now(self) -> int:
        return self.given.now or 0

    @property
    def is_missing(self) -> bool:
        given = self.given
        if given.now is None or given.baseline is None:
            return True
        no_doses = given.adherence is None or given.adherence.recorded == 0
        return given.medicine_active and (given.burden is None or no_doses)

    def burden_is(self, *values: int) -> bool:
        return self.given.medicine_active and self.given.burden in values

    @property
    def takes_too_little(self) -> bool:
        doses = self.given.adherence
        return self.given.medicine_active and bool(doses and doses.talk_about_it)

    @property
    def is_worse(self) -> bool:
        best = self.baseline if self.given.best is None else self.given.best
        return self.now - min(best, self.baseline) >= WORSE_BY

    def fell_by(self, percent: int) -> bool:
        return has_fallen_by(percent, baseline=self.baseline, now=self.now)

    @property
    def had_a_fair_trial(self) -> bool:
        if not self.given.medicine_active:
            return True
        return (self.given.days_on_adequate_dose or 0) >= ADEQUATE_DAYS

    def at(self, *points: Point) -> bool:
        return self.point in points


def point_on(day: int) -> Point | None:
    """The decision point whose window holds the day, or none."""
    found = (p for p, (first, last) in WINDOWS.items() if first <= day <= last)
    return next(found, None)


def find(situation: Situation) -> Finding:
    """The first row of the decision table that fits (clinical.md section 4)."""
    known = _Known(situation, point_on(situation.day))
    row = next(row for row in TABLE if row.fits(known))
    return Finding(
        output=row.output,
        point=known.point,
        row=row.number,
        rule=row.rule,
        inputs=_inputs(situation),
        source=row.source,
    )


def _inputs(given: Situation) -> tuple[Input, ...]:
    """The values the rule read, for the page that shows its basis."""
    doses = given.adherence
    return (
        Input(_("days since the start"), str(given.day)),
        Input(_("PHQ-9 at baseline"), _shown(given.baseline)),
        Input(_("PHQ-9 now"), _shown(given.now)),
        Input(_("best PHQ-9 since"), _shown(given.best)),
        Input(_("side-effect burden"), _shown(given.burden)),
        Input(_("doses taken"), f"{doses.taken}/{doses.planned}" if doses else None),
        # Nobody said anything about these; the brief reckons of the others alone.
        Input(_("doses without a record"), str(doses.no_record) if doses else None),
    )


def _shown(value: int | None) -> str | None:
    return None if value is None else str(value)


_OURS = _("product policy, for sign-off")
_GENERAL = _("general knowledge, for sign-off")
_IMPACT = _("GermanIMPACT, trialsjournal 1745-6215-15-351 table 1")
_FIBSER = _("UBC FIBSER page; our wording, for sign-off")

TABLE: Sequence[_Row] = (
    _Row(
        1,
        _("a safety flag is open"),
        Output.SAFETY_FIRST,
        _OURS,
        lambda k: k.given.safety_flag_open,
    ),
    _Row(
        2,
        _("an antidepressant is active and the high-mood check is positive"),
        Output.PRESCRIBER_REVIEW_HIGH_MOOD,
        _GENERAL,
        lambda k: k.given.antidepressant_active and k.given.high_mood_positive,
    ),
    _Row(
        3,
        _("the day is outside every window"),
        Output.NO_DECISION_POINT,
        _("STAR*D visits in weeks 2, 4, 6, 9, 12"),
        lambda k: k.point is None,
    ),
    _Row(
        4,
        _("no PHQ-9 in the window, or burden or doses missing with a medicine"),
        Output.MEASURE_DUE,
        _OURS,
        lambda k: k.is_missing,
    ),
    _Row(
        5,
        _("side-effect burden 5 or 6"),
        Output.REVIEW_TOLERABILITY,
        _FIBSER,
        lambda k: k.burden_is(5, 6),
    ),
    _Row(
        6,
        _("side-effect burden 3 or 4"),
        Output.ADDRESS_SIDE_EFFECTS,
        _FIBSER,
        lambda k: k.burden_is(3, 4),
    ),
    _Row(
        7,
        _("fewer than 80 of 100 planned doses taken"),
        Output.ADHERENCE_FIRST,
        _GENERAL,
        lambda k: k.takes_too_little,
    ),
    _Row(
        8,
        _("6 or more points above the best score since the baseline"),
        Output.CASE_REVIEW,
        _("NHS Talking Therapies manual, secondary; for sign-off"),
        lambda k: k.is_worse,
    ),
    _Row(
        9,
        _("week 6 or later and PHQ-9 below 5"),
        Output.RELAPSE_PREVENTION,
        _IMPACT,
        lambda k: k.at(Point.DP6, Point.DP9, Point.DP12) and k.now < REMISSION_BELOW,
    ),
    _Row(10, _("week 2"), Output.CONTINUE, _GENERAL, lambda k: k.at(Point.DP2)),
    _Row(
        11,
        _("week 4: fallen by 20 % or more"),
        Output.CONTINUE,
        _GENERAL,
        lambda k: k.at(Point.DP4) and k.fell_by(20),
    ),
    _Row(
        11,
        _("week 4: fallen by less than 20 %"),
        Output.REVIEW_PLAN,
        _GENERAL,
        lambda k: k.at(Point.DP4),
    ),
    _Row(
        12,
        _("week 6: fallen by 50 % or more"),
        Output.CONTINUE,
        _GENERAL,
        lambda k: k.at(Point.DP6) and k.fell_by(50),
    ),
    _Row(
        12,
        _("week 6: fallen by less than 50 %"),
        Output.REVIEW_PLAN_AND_THERAPY,
        _IMPACT,
        lambda k: k.at(Point.DP6),
    ),
    _Row(
        13,
        _("week 9: fallen by 50 % or more"),
        Output.CONTINUE,
        _GENERAL,
        lambda k: k.at(Point.DP9) and k.fell_by(50),
    ),
    _Row(
        14,
        _(
            "week 9: fallen by less than 50 % with therapy alone, or after 4 weeks on "
            "a dose the prescriber marked adequate"
        ),
        Output.CASE_REVIEW,
        _GENERAL,
        lambda k: k.at(Point.DP9) and k.had_a_fair_trial,
    ),
    _Row(
        15,
        _("week 9: fallen by less than 50 %"),
        Output.REVIEW_PLAN,
        _GENERAL,
        lambda k: k.at(Point.DP9),
    ),
    _Row(16, _("week 12: not below 5"), Output.CASE_REVIEW, _GENERAL, lambda k: True),
)
