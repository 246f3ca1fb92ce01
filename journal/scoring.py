"""Totals, bands and the rules of our own forms. Complete or nothing: no prorating.

Answers go by position, ``None`` is an item that was not answered. A missing item
means no total. An answer that is not among the choices is refused.
Source: clinical.md sections 2 and 15, rules 1 and 9.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from journal.instruments import Band, Instrument, Item
from journal.refusals import AnswerRefused

Answer = int | tuple[str, ...]
Answers = Sequence[Answer | None]

LOW_ADHERENCE_PERCENT = 80


@dataclass(frozen=True, slots=True)
class Score:
    """What the answers give. ``total`` and ``band`` are none while one is missing.

    ``missing`` holds the numbers of the items without an answer; ``offers`` the
    ids of fuller forms to offer; ``opens_safety_flow`` holds whatever the total
    and even if the form is never finished.
    """

    total: int | None
    band: str | None
    missing: tuple[int, ...]
    cutoffs: tuple[str, ...]
    offers: tuple[str, ...]
    opens_safety_flow: bool

    @property
    def is_complete(self) -> bool:
        return not self.missing


def score(instrument: Instrument, answers: Answers) -> Score:
    """The score of one response. Refuses a wrong number of answers or a value
    that is not offered."""
    check_answers(instrument, answers)
    missing = tuple(
        item.number
        for item, answer in zip(instrument.items, answers, strict=True)
        if answer is None
    )
    total = None if missing else _total(instrument, answers)
    met = [] if total is None else [c for c in instrument.cutoffs if total >= c.min]
    return Score(
        total=total,
        band=band_of(instrument, total),
        missing=missing,
        cutoffs=tuple(cut.id for cut in met),
        offers=tuple(cut.offers for cut in met if cut.offers),
        opens_safety_flow=opens_safety_flow(instrument, answers),
    )


def check_answers(instrument: Instrument, answers: Answers) -> None:
    """Refuses answers that the instrument does not offer."""
    if len(answers) != len(instrument.items):
        raise AnswerRefused(instrument=instrument.id, needed=len(instrument.items))
    for item, answer in zip(instrument.items, answers, strict=True):
        if answer is not None:
            _check_answer(instrument, item, answer)


def band_of(instrument: Instrument, total: int | None) -> str | None:
    """The published name of the range the total is in; a score is not a diagnosis."""
    if total is None:
        return None
    found = (row for row in instrument.bands if _within(row, total))
    return next((row.label for row in found), None)


def opens_safety_flow(instrument: Instrument, answers: Answers) -> bool:
    """Whether one answer alone opens the safety flow (clinical.md, rule 1)."""
    for safety in instrument.safety_items:
        answer = answers[instrument.position_of(safety.item)]
        if isinstance(answer, int) and answer >= safety.at_least:
            return True
    return False


class SafetyOutput(StrEnum):
    """What item 9 asks for. Never waits for the next appointment."""

    NONE = "none"
    UNANSWERED = "unanswered_flag"  # no total; clinicians see "not answered"
    PROMPT = "prompt"  # safety panel at once, follow-up offered, task to both
    URGENT = "urgent"  # as prompt, plus a same-day alert to both


@dataclass(frozen=True, slots=True)
class SafetyFollowUp:
    """Answers 0 no, 1 yes, 9 would rather not say; none when not asked."""

    now: int | None = None
    how: int | None = None
    might_act: int | None = None
    means: int | None = None

    @property
    def is_urgent(self) -> bool:
        """Any yes, or not wanting to say whether one might act [P][CLIN]."""
        answers = (self.now, self.how, self.might_act, self.means)
        return 1 in answers or self.might_act == 9


def item9_output(answer: int | None, follow_up: SafetyFollowUp) -> SafetyOutput:
    """The table "Item 9" of clinical.md section 2. Refuses a value outside 0-3."""
    if answer is None:
        return SafetyOutput.UNANSWERED
    if isinstance(answer, bool) or not 0 <= answer <= 3:
        raise AnswerRefused(item="phq9_9")
    if answer == 0:
        return SafetyOutput.NONE
    if answer >= 2 or follow_up.is_urgent:
        return SafetyOutput.URGENT
    return SafetyOutput.PROMPT


def safety_follow_up(instrument: Instrument, answers: Answers) -> SafetyFollowUp:
    """The four answers of the safety follow-up; unanswered ones stay none."""
    check_answers(instrument, answers)
    by_key = {
        item.key: answer
        for item, answer in zip(instrument.items, answers, strict=True)
        if isinstance(answer, int)
    }
    return SafetyFollowUp(
        now=by_key.get("now"),
        how=by_key.get("how"),
        might_act=by_key.get("might_act"),
        means=by_key.get("means"),
    )


def urge_opens_safety_flow(urge_self_harm: int | None) -> bool:
    """The diary card's urge to hurt oneself at 4 or 5 of 5 (clinical.md, rule 1)."""
    return urge_self_harm is not None and urge_self_harm >= 4


def pcl5_symptom_pattern(instrument: Instrument, answers: Answers) -> bool | None:
    """Items at 2 or more: 1 of B, 1 of C, 2 of D, 2 of E. None when incomplete.

    For clinicians only, not a diagnosis. Source: CamCOPS pcl5.rst [V].
    """
    if score(instrument, answers).total is None:
        return None
    counted = dict.fromkeys("BCDE", 0)
    for item, answer in zip(instrument.items, answers, strict=True):
        if isinstance(answer, int) and answer >= 2 and item.cluster in counted:
            counted[item.cluster] += 1
    needed = {"B": 1, "C": 1, "D": 2, "E": 2}
    return all(counted[part] >= least for part, least in needed.items())


@dataclass(frozen=True, slots=True)
class HighMood:
    total: int | None
    is_positive: bool | None


def high_mood(instrument: Instrument, answers: Answers) -> HighMood:
    """Positive: less sleep and at least 2 others, or a sum of 6. [P][CLIN]

    None while an item is missing. Source: clinical.md section 2.
    """
    total = score(instrument, answers).total
    if total is None:
        return HighMood(None, None)
    place = instrument.position_of("less_sleep")
    sleep = _number(answers[place])
    others = sum(
        1 for at, answer in enumerate(answers) if at != place and _number(answer) >= 1
    )
    return HighMood(total, (sleep >= 1 and others >= 2) or total >= 6)


@dataclass(frozen=True, slots=True)
class AdherenceAnswer:
    """Days taken of days planned; percent is rounded half up, for showing only."""

    percent: int | None
    talk_about_it: bool
    changed_dose_oneself: bool


def adherence_check(
    instrument: Instrument, answers: Answers, *, days_planned: int
) -> AdherenceAnswer:
    """Below 80 % is a reason to talk about it [U], without blame.

    No percent when nothing was planned (as needed) or the answer is missing.
    """
    check_answers(instrument, answers)
    taken = answers[instrument.position_of("days_taken")]
    changed = answers[instrument.position_of("changed_dose")] == 1
    if not isinstance(taken, int) or days_planned <= 0:
        return AdherenceAnswer(None, talk_about_it=False, changed_dose_oneself=changed)
    taken = min(taken, days_planned)
    return AdherenceAnswer(
        percent=(200 * taken + days_planned) // (2 * days_planned),
        talk_about_it=100 * taken < LOW_ADHERENCE_PERCENT * days_planned,
        changed_dose_oneself=changed,
    )


@dataclass(frozen=True, slots=True)
class Symptom:
    """One symptom of the withdrawal check: severity 0-3, new or worse or not."""

    key: str
    severity: int
    is_new_or_worse: bool


@dataclass(frozen=True, slots=True)
class WithdrawalAnswer:
    """The ten symptoms and the two questions after them; none = not answered."""

    symptoms: tuple[Symptom, ...]
    daily_life: int | None
    tolerable: bool | None
    is_complete: bool

    @property
    def max_severity(self) -> int:
        return max((row.severity for row in self.symptoms), default=0)

    @property
    def new_or_worse_count(self) -> int:
        """Symptoms that are there (1 or more) and new or worse since the change."""
        rows = self.symptoms
        return sum(1 for row in rows if row.is_new_or_worse and row.severity >= 1)


def withdrawal_check(instrument: Instrument, answers: Answers) -> WithdrawalAnswer:
    """The answers of the withdrawal check in a form the taper gate can read.

    Source: clinical.md sections 2, 6 and 8; own wording, not a validated scale.
    """
    check_answers(instrument, answers)
    chosen = answers[instrument.position_of("new_or_worse")]
    new = chosen if isinstance(chosen, tuple) else ()
    first_ten = zip(instrument.items[:10], answers[:10], strict=True)
    life = answers[instrument.position_of("daily_life")]
    tolerable = answers[instrument.position_of("tolerable")]
    return WithdrawalAnswer(
        symptoms=tuple(
            Symptom(item.key or item.id, answer, (item.key or item.id) in new)
            for item, answer in first_ten
            if isinstance(answer, int)
        ),
        daily_life=life if isinstance(life, int) else None,
        tolerable=None if tolerable is None else tolerable == 1,
        is_complete=None not in answers,
    )


def _total(instrument: Instrument, answers: Answers) -> int | None:
    if instrument.scoring.method == "sum":
        return sum(_number(answer) for answer in answers)
    if instrument.scoring.method == "last_item":
        return _number(answers[-1])
    return None


def _check_answer(instrument: Instrument, item: Item, answer: Answer) -> None:
    if not _is_offered(instrument, item, answer):
        raise AnswerRefused(item=item.id)


def _is_offered(instrument: Instrument, item: Item, answer: object) -> bool:
    if item.type == "multi_choice":
        offered = [option.value for option in instrument.options_of(item)]
        return isinstance(answer, tuple) and all(part in offered for part in answer)
    if isinstance(answer, bool) or not isinstance(answer, int):
        return False
    if item.type == "choice":
        return answer in [option.value for option in instrument.options_of(item)]
    return (item.min or 0) <= answer <= (item.max or 0)


def _number(answer: Answer | None) -> int:
    return answer if isinstance(answer, int) else 0


def _within(band: Band, total: int) -> bool:
    return band.min <= total <= band.max
