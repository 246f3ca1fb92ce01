"""Withdrawal or relapse: a label for clinicians (clinical.md section 8, rule 7)."""

from datetime import UTC, datetime, timedelta

import pytest

from careplan.review import withdrawal_or_relapse
from journal.clusters import MedicineFact, Report

NOW = datetime(2026, 11, 21, tzinfo=UTC)
TWO = [Report("electric_zaps", 1, NOW), Report("dizziness", 1, NOW)]


def label(reports, *, cut_days_ago=None, missed=0, risk="medium", phq9=(None, None)):
    cut = None if cut_days_ago is None else NOW - timedelta(days=cut_days_ago)
    medicine = MedicineFact(
        "paroxetine",
        frozenset(),
        lowered_at=cut,
        missed_in_a_row=missed,
        discontinuation_risk=risk,
    )
    return withdrawal_or_relapse.label(
        reports, medicines=[medicine], phq9_before=phq9[0], phq9_now=phq9[1]
    )


@pytest.mark.parametrize(
    ("reports", "facts", "says"),
    [
        (TWO, {"cut_days_ago": 3}, "possible withdrawal"),
        (TWO, {"cut_days_ago": 0}, "possible withdrawal"),
        (TWO, {"cut_days_ago": 14}, "possible withdrawal"),
        (TWO, {"cut_days_ago": 15}, "none"),
        (TWO[:1], {"cut_days_ago": 3}, "none"),
        (TWO, {"missed": 2}, "possible withdrawal"),
        (TWO, {"missed": 1}, "none"),
        (TWO, {"missed": 1, "risk": "high"}, "possible withdrawal"),
        ([], {"cut_days_ago": 3, "phq9": (5, 10)}, "possible return of symptoms"),
        ([], {"cut_days_ago": 3, "phq9": (5, 9)}, "none"),
        (TWO, {"cut_days_ago": 3, "phq9": (5, 10)}, "unclear, talk together"),
    ],
)
def test_label(reports, facts, says):
    assert label(reports, **facts).label == says


def test_a_symptom_that_is_not_listed_does_not_count():
    reports = [Report("rash", 3, NOW), *TWO[:1]]

    assert label(reports, cut_days_ago=2).symptoms == ("electric_zaps",)


def test_the_patient_reads_neutral_words():
    words = label(TWO, cut_days_ago=3).patient_words.lower()

    assert "relapse" not in words
    assert "withdrawal" not in words
