"""The known-answer cases of clinical.md section 15 for scoring (issue 3)."""

import pytest

from journal import instruments, scoring
from journal.refusals import AnswerRefused
from journal.scoring import SafetyFollowUp, SafetyOutput

PHQ9 = instruments.instrument("phq9")
NONE = None


@pytest.mark.parametrize(
    ("answers", "total", "band"),
    [
        pytest.param([0] * 9, 0, "minimal", id="case-1"),
        pytest.param([1] * 4 + [0] * 5, 4, "minimal", id="case-2"),
        pytest.param([1] * 5 + [0] * 4, 5, "mild", id="case-3"),
        pytest.param([2, 2, 2, 2, 1, 0, 0, 0, 0], 9, "mild", id="case-4"),
        pytest.param([2] * 5 + [0] * 4, 10, "moderate", id="case-5"),
        pytest.param([2] * 7 + [0, 0], 14, "moderate", id="case-6"),
        pytest.param([2] * 7 + [1, 0], 15, "moderately severe", id="case-7"),
        pytest.param([3] * 5 + [2, 2, 1, 0], 20, "severe", id="case-8"),
        pytest.param([3] * 9, 27, "severe", id="case-9"),
        pytest.param([3, 3, 3, 3, NONE, 2, 2, 1, 0], NONE, NONE, id="case-10"),
        pytest.param([1] * 8 + [NONE], NONE, NONE, id="case-11"),
    ],
)
def test_phq9(answers, total, band):
    found = scoring.score(PHQ9, answers)

    assert (found.total, found.band) == (total, band)
    assert found.is_complete is (total is not None)


def test_case_11_item_9_skipped_is_flagged():
    output = scoring.item9_output(None, SafetyFollowUp())

    assert output == SafetyOutput.UNANSWERED == "unanswered_flag"


@pytest.mark.parametrize(
    ("short", "answers", "total", "offers"),
    [
        pytest.param("phq2", [1, 1], 2, (), id="case-12-negative"),
        pytest.param("phq2", [2, 1], 3, ("phq9",), id="case-12-positive"),
        pytest.param("gad2", [1, 2], 3, ("gad7",), id="case-17"),
    ],
)
def test_a_positive_short_form_offers_the_full_one(short, answers, total, offers):
    found = scoring.score(instruments.instrument(short), answers)

    assert (found.total, found.offers) == (total, offers)


@pytest.mark.parametrize(
    ("answers", "total", "band"),
    [
        pytest.param([1, 1, 1, 1, 0, 0, 0], 4, "minimal", id="case-13"),
        pytest.param([2, 2, 2, 2, 1, 0, 0], 9, "mild", id="case-14"),
        pytest.param([2, 2, 2, 2, 2, 0, 0], 10, "moderate", id="case-15"),
        pytest.param([3, 3, 3, 3, 3, 0, 0], 15, "severe", id="case-16"),
    ],
)
def test_gad7(answers, total, band):
    found = scoring.score(instruments.instrument("gad7"), answers)

    assert (found.total, found.band) == (total, band)


def test_case_18_pcl5():
    pcl5 = instruments.instrument("pcl5")
    b, c, d = [2, 0, 0, 0, 0], [2, 0], [2, 2, 0, 0, 0, 0, 0]
    answers = [*b, *c, *d, 2, 2, 0, 0, 0, 0]

    found = scoring.score(pcl5, answers)

    assert found.total == 12
    assert "screen_positive" not in found.cutoffs
    assert scoring.pcl5_symptom_pattern(pcl5, answers) is True
    assert found.opens_safety_flow


@pytest.mark.parametrize(
    "low", [range(5), range(5, 7), range(8, 14), range(15, 20)], ids=list("BCDE")
)
def test_pcl5_pattern_needs_every_part(low):
    pcl5 = instruments.instrument("pcl5")
    answers = [1 if place in low else 2 for place in range(20)]

    assert scoring.pcl5_symptom_pattern(pcl5, answers) is False
    assert scoring.pcl5_symptom_pattern(pcl5, [2] * 20) is True


@pytest.mark.parametrize(("total", "met"), [(32, False), (33, True)])
def test_pcl5_cut_off_is_33(total, met):
    pcl5 = instruments.instrument("pcl5")
    answers = [4] * 8 + [total - 32] + [0] * 11

    assert ("screen_positive" in scoring.score(pcl5, answers).cutoffs) is met


def test_pcl5_pattern_is_unknown_while_an_item_is_missing():
    pcl5 = instruments.instrument("pcl5")

    assert scoring.pcl5_symptom_pattern(pcl5, [4] * 19 + [None]) is None


@pytest.mark.parametrize(
    ("value", "output"),
    [(0, "none"), (1, "prompt"), (2, "urgent"), (3, "urgent")],
    ids=lambda value: f"case-20-{value}",
)
def test_item_9(value, output):
    assert scoring.item9_output(value, SafetyFollowUp()) == output


def test_case_21_rather_not_saying_whether_one_might_act_is_urgent():
    follow_up = SafetyFollowUp(how=0, might_act=9, means=0)

    assert scoring.item9_output(1, follow_up) == "urgent"


@pytest.mark.parametrize("key", ["now", "how", "might_act", "means"])
def test_any_yes_in_the_follow_up_is_urgent(key):
    assert scoring.item9_output(1, SafetyFollowUp(**{key: 1})) == "urgent"


def test_rather_not_saying_elsewhere_stays_a_prompt():
    follow_up = SafetyFollowUp(now=9, how=9, might_act=0, means=9)

    assert scoring.item9_output(1, follow_up) == "prompt"


@pytest.mark.parametrize("value", [-1, 4, 9, True])
def test_item_9_outside_its_options_is_refused(value):
    with pytest.raises(AnswerRefused):
        scoring.item9_output(value, SafetyFollowUp())


def test_item_9_opens_the_safety_flow_even_if_the_form_is_never_finished():
    answers = [None] * 8 + [1]

    found = scoring.score(PHQ9, answers)

    assert found.opens_safety_flow
    assert found.total is None


@pytest.mark.parametrize(
    ("answers", "total"),
    [
        pytest.param([1, 1, 1, 0, 0, 0], 3, id="case-102"),
        pytest.param([0, 2, 2, 2, 0, 0], 6, id="case-103"),
    ],
)
def test_high_mood_check_positive(answers, total):
    form = instruments.instrument("high_mood_check")

    assert scoring.high_mood(form, answers) == scoring.HighMood(total, True)


@pytest.mark.parametrize("answers", [[2, 2, 0, 0, 0, 0], [0, 2, 2, 1, 0, 0]])
def test_high_mood_check_negative(answers):
    form = instruments.instrument("high_mood_check")

    assert scoring.high_mood(form, answers).is_positive is False


def test_high_mood_check_with_a_gap_says_nothing():
    form = instruments.instrument("high_mood_check")

    found = scoring.high_mood(form, [2, 2, 2, None, 2, 2])

    assert found == scoring.HighMood(None, None)


def test_burden_is_the_third_answer_and_never_a_sum():
    form = instruments.instrument("side_effect_burden")

    assert scoring.score(form, [6, 6, 2]).total == 2
    assert scoring.score(form, [6, None, 2]).total is None


@pytest.mark.parametrize(
    ("days", "planned", "percent", "talk"),
    [(7, 7, 100, False), (6, 7, 86, False), (5, 7, 71, True), (4, 5, 80, False)],
)
def test_adherence_check(days, planned, percent, talk):
    form = instruments.instrument("adherence_check")

    found = scoring.adherence_check(form, [days, (), 0], days_planned=planned)

    assert (found.percent, found.talk_about_it) == (percent, talk)


def test_adherence_check_without_a_plan_has_no_percent():
    form = instruments.instrument("adherence_check")

    found = scoring.adherence_check(form, [3, ("forgot",), 1], days_planned=0)

    assert found.percent is None
    assert found.changed_dose_oneself


def test_withdrawal_check_counts_only_symptoms_that_are_there_and_new():
    form = instruments.instrument("withdrawal_check")
    symptoms = [1, 2, 0, 0, 1, 0, 0, 0, 0, 0]

    found = scoring.withdrawal_check(form, [*symptoms, ("dizzy", "restless"), 1, 1])

    assert (found.new_or_worse_count, found.max_severity) == (1, 2)
    assert found.tolerable is True
    assert found.daily_life == 1
    assert found.is_complete


def test_safety_follow_up_is_read_by_key():
    form = instruments.instrument("safety_follow_up")

    found = scoring.safety_follow_up(form, [None, 0, 9, 0])

    assert found == SafetyFollowUp(how=0, might_act=9, means=0)


@pytest.mark.parametrize(("urge", "opens"), [(None, False), (3, False), (4, True)])
def test_a_strong_urge_on_the_diary_card_opens_the_safety_flow(urge, opens):
    assert scoring.urge_opens_safety_flow(urge) is opens
