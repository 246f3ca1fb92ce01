"""R5, N4: known-answer cases 92-100 of the gate before the next step down."""

from datetime import date, timedelta

import pytest

from careplan.plan.taper_gate import (
    GateInput,
    Outcome,
    Reason,
    Symptom,
    WithdrawalCheck,
    gate,
)

TODAY = date(2026, 11, 21)


def asked(
    days: int,
    *symptoms: Symptom,
    phq: tuple[int, int] | None = (6, 7),
    least: int = 14,
    check_age: int = 2,
    **more: object,
) -> GateInput:
    check = WithdrawalCheck(
        TODAY - timedelta(days=check_age),
        symptoms,
        daily_life=more.pop("daily_life", 0),
        tolerable=more.pop("tolerable", True),
    )
    return GateInput(
        today=TODAY,
        last_step_on=TODAY - timedelta(days=days),
        min_interval_days=least,
        check=check,
        phq9_before=phq[0] if phq else None,
        phq9_now=phq[1] if phq else None,
        **more,
    )


DIZZY_1 = Symptom("dizzy", 1, new_or_worse=True)
FOUR_NEW = tuple(Symptom(key, 1, new_or_worse=True) for key in "abcd")

CASES = [
    pytest.param(asked(14, DIZZY_1), Outcome.READY, id="92"),
    pytest.param(asked(13, DIZZY_1), Outcome.HOLD, id="93"),
    pytest.param(asked(7, least=7), Outcome.READY, id="94 fluoxetine"),
    pytest.param(asked(20, Symptom("dizzy", 2)), Outcome.HOLD, id="95"),
    pytest.param(asked(20, Symptom("zaps", 3)), Outcome.STEP_BACK_REVIEW, id="96"),
    pytest.param(asked(20, phq=(3, 8)), Outcome.HOLD, id="97"),
    pytest.param(asked(20, phq=(5, 10)), Outcome.STEP_BACK_REVIEW, id="98 row 2"),
    pytest.param(asked(20, daily_life=3), Outcome.STEP_BACK_REVIEW, id="99 row 2"),
    pytest.param(asked(20, *FOUR_NEW), Outcome.HOLD, id="100"),
    pytest.param(asked(20, check_age=8), Outcome.HOLD, id="no check in 7 days"),
    pytest.param(asked(20, tolerable=False), Outcome.HOLD, id="not tolerable"),
    pytest.param(asked(20, safety_flag_open=True), Outcome.HOLD, id="safety flag"),
    pytest.param(asked(20, major_life_event=True), Outcome.HOLD, id="life event"),
]


@pytest.mark.parametrize(("given", "expected"), CASES)
def test_the_first_row_that_fits_wins(given: GateInput, expected: Outcome) -> None:
    assert gate(given).outcome is expected


def test_without_a_check_it_holds_whatever_else_is_true() -> None:
    bare = GateInput(today=TODAY, last_step_on=TODAY, min_interval_days=14)
    assert gate(bare).reasons == (Reason.NO_RECENT_CHECK,)


def test_every_reason_is_named_not_only_the_first() -> None:
    result = gate(asked(3, Symptom("dizzy", 2), safety_flag_open=True))
    assert set(result.reasons) == {
        Reason.MODERATE_SYMPTOM,
        Reason.SAFETY_FLAG_OPEN,
        Reason.TOO_SOON,
    }


def test_the_result_keeps_the_inputs_it_was_read_from() -> None:
    given = asked(20)
    assert gate(given).basis == given
