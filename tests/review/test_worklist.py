"""Why somebody stands where they stand: each reason in words, in order (V1, V8)."""

import datetime as dt
import itertools
from uuid import uuid4

import pytest

from careplan.review import worklist
from careplan.review.worklist import Known, Rank

TODAY = dt.date(2026, 11, 21)


def at(days):
    when = dt.datetime.combine(TODAY, dt.time(9), tzinfo=dt.UTC)
    return when - dt.timedelta(days=days)


def ago(days):
    return TODAY - dt.timedelta(days=days)


def known(**facts):
    return Known(id=uuid4(), name="Maya", today=TODAY, **facts)


CASES = [
    ({"alert_level": "emergency", "alert_label": "Red flag", "alert_at": at(0)}, 0),
    (
        {"alert_level": "same_day", "alert_label": "Item 9", "alert_at": at(0)},
        Rank.SAFETY,
    ),
    (
        {
            "alert_level": "same_day",
            "alert_label": "Item 9",
            "alert_at": at(0),
            "alert_is_taken": True,
        },
        Rank.TAKEN,
    ),
    ({"phq9": (12, 6), "phq9_days": (ago(1), ago(20))}, Rank.WORSE),
    ({"phq9": (10, 6), "phq9_days": (ago(1), ago(20))}, Rank.NOTHING),
    ({"gad7": (9, 5)}, Rank.WORSE),
    ({"gad7": (8, 5)}, Rank.NOTHING),
    (
        {
            "phq9": (8, 8),
            "phq9_days": (ago(1), ago(20)),
            "item9": (1, 0),
            "since": ago(21),
        },
        Rank.SAFETY,
    ),
    ({"phq9": (8, 8), "phq9_days": (ago(1), ago(20)), "item9": (1, 1)}, Rank.NOTHING),
    ({"concern_at": at(3)}, Rank.CONCERN),
    ({"question_at": at(1), "proposal_at": at(2)}, Rank.QUESTION),
    ({"proposal_at": at(2), "is_mine_to_answer": True}, Rank.ANSWER),
    ({"proposal_at": at(2)}, Rank.OTHERS),
    ({"proposal_at": at(14)}, Rank.ANSWER),
    ({"effect_code": "tremor", "effect_before": 1, "effect_now": 3}, Rank.EFFECTS),
    ({"step_on": TODAY}, Rank.STEP),
    ({"monitoring_on": ago(1), "monitoring_what": "Lithium level"}, Rank.MONITORING),
    (
        {"since": ago(56), "phq9": (14, 18), "phq9_days": (ago(1), ago(56))},
        Rank.NO_GAIN,
    ),
    (
        {"since": ago(55), "phq9": (14, 18), "phq9_days": (ago(1), ago(55))},
        Rank.NOTHING,
    ),
    ({"review_on": ago(1)}, Rank.REVIEW),
    ({"review_on": TODAY}, Rank.NOTHING),
    ({"taper": "active"}, Rank.TAPER),
    ({"last_checkin": ago(7), "checkin_days": 50}, Rank.QUIET),
    ({"last_checkin": ago(6), "checkin_days": 50}, Rank.NOTHING),
    ({"last_checkin": ago(12), "checkin_days": 8}, Rank.NOTHING),
    ({"last_checkin": ago(21), "checkin_days": 8}, Rank.QUIET),
    ({"last_visit": at(29)}, Rank.NO_CONTACT),
    ({"last_visit": at(28)}, Rank.NOTHING),
]


@pytest.mark.parametrize(("facts", "rank"), CASES)
def test_each_rule_gives_its_reason(facts, rank):
    assert worklist.first(known(**facts)).rank == rank


def test_the_gravest_reason_places_a_person():
    both = known(alert_level="same_day", alert_label="x", alert_at=at(0), step_on=TODAY)
    assert worklist.first(both).rank is Rank.SAFETY
    assert len(worklist.reasons(both)) == 2


def test_order_is_need_then_visit_then_name():
    calm, soon = known(next_visit=at(-9)), known(next_visit=at(-2))
    needing = known(step_on=TODAY)
    pairs = [(one, worklist.first(one)) for one in (calm, soon, needing)]
    assert [one for one, _ in worklist.in_order(pairs)] == [needing, soon, calm]


def test_the_words_never_name_an_illness_or_a_dose():
    for facts, _rank in CASES:
        reason = worklist.first(known(**facts))
        said = f"{reason.tag} {reason.text}".casefold()
        assert not any(word in said for word in ("depress", "risk score", " mg"))


def test_the_reason_that_places_is_the_first_of_all_that_stand():
    """Rules that cannot stand higher are not asked: the answer is the same."""
    pairs = [
        facts | other
        for (facts, _one), (other, _other) in itertools.product(CASES, repeat=2)
    ]
    for facts in pairs:
        every = worklist.reasons(known(**facts))
        assert worklist.first(known(**facts)).rank is (
            every[0].rank if every else Rank.NOTHING
        )
