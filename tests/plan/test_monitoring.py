"""N14: monitoring dates follow from the medicine; cases 61 and 107."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from careplan.common.catalogue import medicines
from careplan.plan import monitoring
from careplan.plan.monitoring import Course

START = date(2026, 3, 2)
COURSE = Course(START, age=40)


def due(medicine_id, course=COURSE, done=None, today=START):
    rows = monitoring.due_checks(
        medicines.medicine(medicine_id), course, done=done or {}, today=today
    )
    return {(row.rule_id, row.when): row.due_on for row in rows}


def days(count):
    return START + timedelta(days=count)


@pytest.mark.parametrize(
    ("age", "concern", "expected"),
    [
        pytest.param(26, False, [date(2026, 3, 16)], id="case-61"),
        (25, False, [date(2026, 3, 9), date(2026, 3, 30)]),
        (60, True, [date(2026, 3, 9), date(2026, 3, 30)]),
        (None, False, [date(2026, 3, 9), date(2026, 3, 30)]),
    ],
)
def test_first_reviews_after_an_antidepressant_starts(age, concern, expected):
    course = Course(START, age=age, raised_suicide_concern=concern)
    found = monitoring.due_checks(
        medicines.medicine("sertraline"), course, done={}, today=START
    )

    assert [d.due_on for d in found if d.rule_id == "m_ad_review"] == expected


@pytest.mark.parametrize(
    ("now", "percent", "review"),
    [
        pytest.param("83.9", "4.9", False, id="case-107a"),
        pytest.param("84.0", "5.0", True, id="case-107b"),
        ("70", "-12.5", False),
    ],
)
def test_weight_gain(now, percent, review):
    found = monitoring.weight_gain(Decimal("80.0"), Decimal(now))

    assert (found.percent, found.needs_review) == (Decimal(percent), review)


@pytest.mark.parametrize(("start", "now"), [("0", "80"), ("80", "0"), ("-1", "80")])
def test_a_weight_of_nothing_is_refused(start, now):
    with pytest.raises(ValueError, match="above 0"):
        monitoring.weight_gain(Decimal(start), Decimal(now))


def test_lithium_levels_go_weekly_until_a_clinician_marks_them_stable():
    found = due("lithium")

    assert found["m_lithium_level", "First level"] == days(7)
    assert found["m_lithium_level", "Until stable"] == days(7)
    assert ("m_lithium_level", "Year 1 once stable") not in found


def test_lithium_levels_go_quarterly_then_half_yearly_then_closer_when_marked():
    stable = replace(COURSE, level_stable_since=days(21))
    done = {"m_lithium_level": (days(7), days(21))}
    later = date(2027, 4, 1)
    recent = {"m_lithium_level": (date(2027, 3, 1),)}

    first_year = due("lithium", stable, done, days(30))
    after = due("lithium", stable, recent, later)
    closer = due("lithium", replace(stable, closer_watch=True), recent, later)

    assert first_year["m_lithium_level", "Year 1 once stable"] == date(2026, 6, 23)
    assert ("m_lithium_level", "First level") not in first_year
    assert after["m_lithium_level", "After year 1"] == date(2027, 9, 1)
    assert closer["m_lithium_level", "After year 1, closer watch"] == date(2027, 6, 1)


def test_a_dose_change_asks_for_a_new_level():
    course = replace(COURSE, changed_on=days(40))
    done = {"m_lithium_level": (days(7),)}

    found = due("lithium", course, done, days(41))

    assert found["m_lithium_level", "After every dose change"] == days(47)


def test_clozapine_counts_go_weekly_then_fortnightly_then_monthly():
    last = {"m_anc": (date(2026, 12, 1),)}

    assert due("clozapine")["m_anc", "Weekly for 6 months"] == days(7)
    found = due("clozapine", done=last, today=date(2026, 12, 2))
    assert found["m_anc", "Every 2 weeks to 12 months"] == date(2026, 12, 15)
    found = due("clozapine", done=last, today=date(2027, 3, 3))
    assert found["m_anc", "Then monthly"] == date(2027, 1, 1)


@pytest.mark.parametrize(
    ("today", "line"),
    [
        (date(2026, 9, 1), "Weekly for 6 months"),
        (date(2026, 9, 2), "Every 2 weeks to 12 months"),
        (date(2027, 3, 1), "Every 2 weeks to 12 months"),
        (date(2027, 3, 2), "Then monthly"),
    ],
)
def test_clozapine_changes_its_rhythm_at_6_and_12_months(today, line):
    lines = [when for rule, when in due("clozapine", today=today) if rule == "m_anc"]

    assert lines == [line]


@pytest.mark.parametrize(
    ("today", "closer", "line"),
    [
        (date(2027, 3, 1), False, "Year 1 once stable"),
        (date(2027, 3, 1), True, "Year 1 once stable"),
        (date(2027, 3, 2), False, "After year 1"),
        (date(2027, 3, 2), True, "After year 1, closer watch"),
    ],
)
def test_one_lithium_rhythm_holds_at_a_time(today, closer, line):
    course = replace(COURSE, level_stable_since=days(30), closer_watch=closer)
    found = due("lithium", course, {"m_lithium_level": (days(30),)}, today)

    assert [when for rule, when in found if rule == "m_lithium_level"] == [line]


def test_measures_count_from_the_start_of_treatment_when_that_is_known():
    earlier = replace(COURSE, treatment_started_on=days(-7))

    assert due("sertraline")["m_phq", "Week 2"] == days(14)
    assert due("sertraline", earlier)["m_phq", "Week 2"] == days(7)
    assert ("m_phq", "Continuation phase") not in due("sertraline")
    well = replace(COURSE, remission_on=days(60))
    assert ("m_phq", "Continuation phase") in due("sertraline", well)


def test_a_check_after_each_dose_change_is_due_on_the_day_of_the_change():
    changed = replace(COURSE, changed_on=days(20))

    assert ("m_bp", "After each dose change") not in due("venlafaxine")
    found = due("venlafaxine", changed)
    assert found["m_bp", "After each dose change"] == days(20)
    done = {"m_bp": (days(20),)}
    assert ("m_bp", "After each dose change") not in due("venlafaxine", changed, done)


def test_a_baseline_done_before_the_start_counts():
    before = {"m_metabolic": (START - timedelta(days=30),)}

    assert ("m_metabolic", "Baseline") in due("quetiapine")
    assert ("m_metabolic", "Baseline") not in due("quetiapine", done=before)
    for days_before, counts in ((90, True), (91, False)):
        checked = {"m_metabolic": (days(-days_before),)}
        still_due = ("m_metabolic", "Baseline") in due("quetiapine", done=checked)
        assert still_due is not counts


def test_a_line_for_a_part_of_a_check_says_that_part_alone():
    rows = monitoring.due_checks(
        medicines.medicine("quetiapine"), COURSE, done={}, today=START
    )
    asked = {row.when: row.what for row in rows if row.rule_id == "m_metabolic"}
    assert asked["Baseline"].startswith("Weight or BMI, waist, blood pressure")
    assert asked["Weight then quarterly"] == "Weight or BMI"
    assert asked["Lipids every 5 years"] == "Fasting lipids"


def test_a_part_that_was_done_stands_for_itself_and_the_whole_for_its_parts():
    """Weighing somebody every quarter must not put off the lipids for ever."""
    weighed = {
        monitoring.done_under("m_metabolic", "Weight then quarterly"): (days(90),)
    }
    found = due("quetiapine", done=weighed)
    assert found["m_metabolic", "Weight then quarterly"] == date(2026, 8, 31)
    assert found["m_metabolic", "Lipids every 5 years"] == date(2031, 3, 2)
    assert ("m_metabolic", "Baseline") in found
    whole = {monitoring.done_under("m_metabolic", "Baseline"): (days(90),)}
    assert due("quetiapine", done=whole)["m_metabolic", "Lipids every 5 years"] == date(
        2031, 5, 31
    )


def test_the_checks_before_lithium_are_each_called_what_they_are():
    rows = monitoring.due_checks(
        medicines.medicine("lithium"), COURSE, done={}, today=START
    )
    first = {row.rule_id: row.what for row in rows if row.due_on == START}
    assert first["m_lithium_ecg"] == "ECG"
    assert first["m_lithium_pregnancy"] == "Pregnancy test"
    assert first["m_lithium_other"].startswith("Kidney function")


def test_a_check_counts_up_to_a_quarter_of_its_interval_early():
    for done_on, counts in ((14, False), (21, True), (20, False)):
        found = due("sertraline", done={"m_phq": (days(done_on),)})
        assert (("m_phq", "Week 4") not in found) is counts


def test_dates_are_never_made_up_for_checks_that_go_by_symptoms():
    lines = monitoring.undated_lines(medicines.medicine("lamotrigine"))

    assert [line.when for _, line in lines] == ["At every check-in"]
    assert monitoring.rash_question_until(START) == days(56)


def test_every_medicine_has_dates_with_a_rule_and_a_source():
    for row in medicines.all_medicines():
        for check in monitoring.due_checks(row, COURSE, done={}, today=START):
            assert check.source
            assert check.due_on >= START


def test_a_check_is_overdue_the_day_after_it_was_due():
    (first, *_) = monitoring.due_checks(
        medicines.medicine("quetiapine"), COURSE, done={}, today=START
    )

    assert not first.is_overdue(first.due_on)
    assert first.is_overdue(first.due_on + timedelta(days=1))


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
    ],
)
def test_months_are_added_to_the_last_day_a_month_has(day, months, expected):
    assert monitoring.add_months(day, months) == expected
