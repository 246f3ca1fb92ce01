"""Caseload flags: cases 56, 58 and 59 of clinical.md section 15."""

from datetime import date

import pytest

from careplan.review import registry_flags
from careplan.review.registry_flags import Registry


def ids(**known):
    return [flag.id for flag in registry_flags.flags(Registry(**known))]


@pytest.mark.parametrize(
    ("week", "score", "warns"),
    [
        *((4, 16, False), (4, 17, True), (9, 12, False), (9, 13, True)),
        *((14, 8, False), (14, 9, True), (5, 27, False)),
    ],
)
def test_case_56_cbt_early_warning(week, score, warns):
    assert registry_flags.cbt_early_warning(week, score) is warns


def test_case_58_flags_of_one_person():
    found = ids(
        day=56,
        baseline=18,
        now=13,
        best=13,
        item9_now=1,
        item9_before=0,
        days_since_contact=29,
    )

    assert found == ["item9_rise", "no_contact"]


@pytest.mark.parametrize(
    ("now", "says"),
    [(10, "none"), (11, "yellow"), (12, "red")],
    ids=lambda v: f"59-{v}",
)
def test_case_59_deterioration(now, says):
    assert registry_flags.worse(Registry(day=30, best=6, now=now)) == says


def test_gad7_four_above_the_best_is_red():
    assert "worse" in ids(day=30, gad7_best=5, gad7_now=9)
    assert ids(day=30, gad7_best=5, gad7_now=8) == []


@pytest.mark.parametrize(
    ("day", "now", "flagged"), [(56, 14, True), (55, 14, False), (56, 13, False)]
)
def test_no_gain(day, now, flagged):
    assert ("no_gain" in ids(day=day, baseline=18, now=now)) is flagged


def test_halving_a_low_baseline_is_a_gain():
    assert ids(day=60, baseline=6, now=3) == []


@pytest.mark.parametrize(
    ("nights", "flagged"),
    [
        ((299, 299, 299), True),
        ((299, 300, 299, 299), False),
        ((299, None, 299, 299), False),
        ((480, 200, 200, 200), True),
        ((200, 200), False),
    ],
)
def test_short_sleep_with_bipolar_on_record(nights, flagged):
    assert (
        "short_sleep_bipolar" in ids(day=1, nights=nights, bipolar_on_record=True)
    ) is (flagged)
    assert ids(day=1, nights=nights) == []


def test_two_missed_check_ins_in_a_row():
    assert ids(day=1, missed_checkins_in_a_row=2) == ["missed_checkins"]
    assert ids(day=1, missed_checkins_in_a_row=1) == []


def test_contact_rhythm_and_consultation():
    last = date(2026, 11, 1)

    assert registry_flags.next_contact_on(last, relapse_prevention=False).day == 15
    assert registry_flags.next_contact_on(last, relapse_prevention=True).day == 29
    assert not registry_flags.consultation_is_due(60, responding=True)


@pytest.mark.parametrize(
    ("day", "due"), [(55, False), (56, True), (84, True), (85, False)]
)
def test_a_consultation_is_due_in_weeks_8_to_12(day, due):
    assert registry_flags.consultation_is_due(day, responding=False) is due


@pytest.mark.parametrize(
    ("now", "before", "flagged"),
    [(1, None, True), (1, 1, False), (2, 1, True), (None, 2, False), (0, None, False)],
)
def test_item_9_above_the_one_before(now, before, flagged):
    assert ("item9_rise" in ids(day=1, item9_now=now, item9_before=before)) is flagged


@pytest.mark.parametrize(("days", "flagged"), [(28, False), (29, True), (None, False)])
def test_no_contact_for_more_than_28_days(days, flagged):
    assert ("no_contact" in ids(day=1, days_since_contact=days)) is flagged
