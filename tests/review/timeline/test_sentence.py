"""N1, V6: the sentence and its rules, as known answers."""

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from careplan.review.timeline.data import (
    Change,
    LifeEvent,
    Mood,
    MoodPoint,
    MoodScale,
    Pivot,
    PivotKind,
    Range,
    Run,
    SideEffect,
    Span,
    TimelineData,
    Voice,
)
from careplan.review.timeline.sentence import Verdict, answer
from tests.review.timeline import stories

TODAY = date(2026, 11, 21)
CHANGE = date(2026, 9, 14)
BEFORE, NOW = date(2026, 8, 17), date(2026, 10, 25)


def page(
    mood: Mood | None = None,
    scores: tuple = (),
    effects: tuple = (),
    voice: Voice = Voice.PATIENT,
    change: date = CHANGE,
) -> TimelineData:
    return TimelineData(
        range=Range(start=date(2026, 6, 1), end=date(2026, 12, 27), today=TODAY),
        pivot=Pivot(
            on=change, label="a change", title="a change", ref="", kind=PivotKind.PLAN
        ),
        mood=mood,
        scores=scores,
        effects=effects,
        voice=voice,
    )


def moods(before: list[str], now: list[str]) -> Mood:
    days = [BEFORE + timedelta(days=i) for i in range(len(before))]
    days += [NOW + timedelta(days=i) for i in range(len(now))]
    points = zip(days, [*before, *now], strict=True)
    return Mood(
        scale=MoodScale.STANDARD,
        points=tuple(MoodPoint(on=d, value=Decimal(v)) for d, v in points),
    )


@pytest.mark.parametrize(
    ("before", "now", "sentence"),
    [
        (["3"] * 8, ["4"] * 8, "Mood is higher than before."),
        (["3"] * 8, ["3.5"] * 8, "Mood is higher than before."),
        (["3"] * 8, ["3.49"] * 8, "Mood is about the same as before."),
        (["4"] * 8, ["3.5"] * 8, "Mood is lower than before."),
        (["4"] * 8, ["3.51"] * 8, "Mood is about the same as before."),
        (["3"] * 28, ["3"] * 28, "Mood is about the same as before."),
        (["3"] * 7, ["6"] * 28, "There is not enough logged yet to say. That is fine."),
        (["3"] * 28, ["6"] * 7, "There is not enough logged yet to say. That is fine."),
        ([], [], "There is not enough logged yet to say. That is fine."),
    ],
)
def test_mood_alone(before: list[str], now: list[str], sentence: str) -> None:
    assert answer(page(moods(before, now))).sentence == sentence


@pytest.mark.parametrize(
    ("before", "now", "words"),
    [
        (16, 7, "PHQ-9 is lower than before."),
        (12, 7, "PHQ-9 is lower than before."),
        (12, 8, "PHQ-9 is a little lower than before."),
        (12, 10, "PHQ-9 is a little lower than before."),
        (12, 11, "PHQ-9 is about the same as before."),
        (12, 12, "PHQ-9 is about the same as before."),
        (12, 13, "PHQ-9 is about the same as before."),
        (12, 14, "PHQ-9 is a little higher than before."),
        (12, 16, "PHQ-9 is a little higher than before."),
        (12, 17, "PHQ-9 is higher than before."),
    ],
)
def test_phq_9_steps_are_five_and_two(before: int, now: int, words: str) -> None:
    score = stories.phq((date(2026, 9, 1), before), (date(2026, 11, 1), now))
    assert answer(page(scores=(score,))).sentence == words


@pytest.mark.parametrize(
    ("before", "now", "words"),
    [
        (13, 9, "GAD-7 is lower than before."),
        (13, 10, "GAD-7 is a little lower than before."),
        (13, 11, "GAD-7 is a little lower than before."),
        (13, 12, "GAD-7 is about the same as before."),
        (9, 12, "GAD-7 is a little higher than before."),
        (9, 13, "GAD-7 is higher than before."),
    ],
)
def test_gad_7_steps_are_four_and_two(before: int, now: int, words: str) -> None:
    score = stories.gad((date(2026, 9, 1), before), (date(2026, 11, 1), now))
    assert answer(page(scores=(score,))).sentence == words


def test_the_last_form_of_each_window_counts() -> None:
    score = stories.phq(
        (date(2026, 8, 16), 27),
        (date(2026, 8, 20), 3),
        (date(2026, 9, 13), 16),
        (date(2026, 10, 24), 27),
        (date(2026, 10, 26), 20),
        (date(2026, 11, 20), 7),
    )
    assert answer(page(scores=(score,))).sentence == "PHQ-9 is lower than before."


def test_the_sentence_of_the_drawn_story() -> None:
    told = answer(stories.mock_up())
    assert told.sentence == "Mood is higher and both scores are lower than before."
    assert told.verdict is Verdict.BETTER
    assert told.caution == "Timing is not proof"


def test_a_clinician_reads_the_numbers_too() -> None:
    told = answer(stories.brief())
    assert told.sentence == (
        "Mood is higher (2.4 to 4.2) and both scores are lower "
        "(PHQ-9 16 to 7, GAD-7 13 to 6) than before."
    )


def test_unlike_scores_are_said_one_by_one() -> None:
    scores = (
        stories.phq((date(2026, 9, 1), 16), (date(2026, 11, 1), 7)),
        stories.gad((date(2026, 9, 1), 8), (date(2026, 11, 1), 8)),
    )
    told = answer(page(moods(["3"] * 8, ["3"] * 8), scores))
    assert told.sentence == (
        "Mood is about the same, PHQ-9 is lower and GAD-7 is about the same as before."
    )


def test_mood_that_cannot_be_said_does_not_hide_a_score() -> None:
    score = stories.phq((date(2026, 9, 1), 16), (date(2026, 11, 1), 7))
    told = answer(page(moods(["3"] * 3, ["3"] * 3), (score,)))
    assert told.sentence == ("Mood is hard to say yet and PHQ-9 is lower than before.")


def test_a_worse_result_is_met_with_kindness_and_an_offer() -> None:
    told = answer(page(moods(["5"] * 8, ["3"] * 8)))
    assert f"{told.sentence} {told.comfort}" == (
        "Mood is lower than before. That can be hard to see. "
        "You could take this to your visit."
    )
    assert told.offers_topic
    assert told.verdict is Verdict.WORSE


def test_a_clinician_is_told_the_same_without_comfort() -> None:
    told = answer(page(moods(["5"] * 8, ["3"] * 8), voice=Voice.CLINICIAN))
    assert told.sentence == "Mood is lower (5.0 to 3.0) than before."
    assert (told.comfort, told.offers_topic) == ("", False)


def test_a_clinician_is_not_consoled_for_days_that_were_not_logged() -> None:
    told = answer(page(moods([], []), voice=Voice.CLINICIAN))
    assert told.sentence == "There is not enough logged yet to say."


def test_better_and_worse_at_once_is_mixed() -> None:
    score = stories.phq((date(2026, 9, 1), 5), (date(2026, 11, 1), 12))
    told = answer(page(moods(["3"] * 8, ["5"] * 8), (score,)))
    assert told.verdict is Verdict.MIXED
    assert told.sentence == "Mood is higher and PHQ-9 is higher than before."


def test_a_young_change_says_so_far() -> None:
    told = answer(stories.so_far())
    assert told.sentence == (
        "So far, mood is higher and both scores are lower than before."
    )


def test_so_far_keeps_the_capitals_of_a_measure() -> None:
    score = stories.phq((date(2026, 10, 1), 16), (date(2026, 11, 20), 7))
    told = answer(page(scores=(score,), change=date(2026, 10, 12)))
    assert told.sentence == "So far, PHQ-9 is lower than before."


def test_in_the_settling_time_nothing_is_said() -> None:
    told = answer(
        page(moods(["3"] * 28, ["6"] * 28), change=TODAY - timedelta(days=13))
    )
    assert told.verdict is Verdict.UNCLEAR
    assert "no now yet" in told.basis[0]


@pytest.mark.parametrize(
    ("before", "now", "words"),
    [
        ((3, 0), (0, 0), "Mood is steadier than before."),
        ((0, 3), (0, 1), "Mood is steadier than before."),
        ((0, 0), (2, 0), "Mood is less steady than before."),
        ((3, 0), (0, 3), "Mood is about the same as before."),
        ((3, 3), (0, 3), "Mood is about the same as before."),
        ((0, 0), (3, 3), "Mood is less steady than before."),
    ],
)
def test_the_elevated_scale_compares_the_distance_from_steady(
    before: tuple[int, int], now: tuple[int, int], words: str
) -> None:
    """J2: a day low and high at once is far from steady; the two never cancel out."""
    points = {BEFORE + timedelta(days=i): before for i in range(8)}
    points |= {NOW + timedelta(days=i): now for i in range(8)}
    assert answer(page(stories.elevated(points))).sentence == words


def effect(*runs: tuple[date, date, int], gaps: tuple[Span, ...] = ()) -> SideEffect:
    return SideEffect(
        name="Feeling sick",
        term="nausea",
        runs=tuple(Run(start=a, end=b, level=level) for a, b, level in runs),
        nothing_logged=gaps,
    )


@pytest.mark.parametrize(
    ("runs", "words"),
    [
        (
            [(date(2026, 9, 15), date(2026, 10, 3), 2)],
            "Feeling sick came for about 3 weeks, then stopped "
            "(moderate at most, 15 Sep to 3 Oct).",
        ),
        (
            [(date(2026, 9, 15), date(2026, 9, 19), 1)],
            "Feeling sick came for 5 days, then stopped (mild at most, "
            "15 Sep to 19 Sep).",
        ),
        (
            [
                (date(2026, 9, 18), date(2026, 10, 20), 1),
                (date(2026, 10, 30), date(2026, 11, 5), 1),
            ],
            "Feeling sick came and went for about 7 weeks, then stopped "
            "(mild at most, 18 Sep to 5 Nov).",
        ),
        (
            [(date(2026, 9, 18), TODAY, 3)],
            "Feeling sick came on 18 Sep, was strong at most, last logged strong.",
        ),
        (
            [
                (date(2026, 8, 20), date(2026, 11, 1), 2),
                (date(2026, 11, 2), TODAY, 1),
            ],
            "Feeling sick went from moderate to mild.",
        ),
        (
            [
                (date(2026, 8, 20), date(2026, 11, 1), 1),
                (date(2026, 11, 2), TODAY, 3),
            ],
            "Feeling sick went up from mild to strong.",
        ),
        (
            [(date(2026, 8, 20), TODAY, 2)],
            "Feeling sick was moderate before and is moderate now.",
        ),
        (
            [(date(2026, 8, 20), date(2026, 10, 1), 2)],
            "Feeling sick was moderate before, and was last logged 1 Oct.",
        ),
        ([(date(2026, 6, 20), date(2026, 7, 1), 2)], ""),
        ([], ""),
    ],
)
def test_the_course_of_a_side_effect(runs: list, words: str) -> None:
    assert answer(page(effects=(effect(*runs),))).effects == words


def test_silence_is_not_the_end_of_a_side_effect() -> None:
    """Ten days without a word, nothing logged on them: nobody says it stopped."""
    gap = (Span(start=date(2026, 11, 11), end=TODAY),)
    run = (date(2026, 9, 15), date(2026, 11, 10), 2)
    told = answer(page(effects=(effect(run, gaps=gap),)))
    assert "stopped" not in told.effects


def test_more_than_three_side_effects_are_counted() -> None:
    run = (date(2026, 9, 15), date(2026, 9, 25), 1)
    told = answer(page(effects=tuple(effect(run) for _ in range(5))))
    assert told.effects.endswith("2 more are in the table.")


def test_a_clinician_reads_the_clinical_term_in_brackets() -> None:
    run = (date(2026, 9, 15), date(2026, 9, 25), 1)
    told = answer(page(effects=(effect(run),), voice=Voice.CLINICIAN))
    assert told.effects.startswith("Feeling sick (nausea) came")


def test_the_first_three_other_changes_are_named_then_counted() -> None:
    told = answer(stories.confounded())
    assert told.changes_text == (
        "Also changed: Started a new job (8 Sep), goal changed: three full work days "
        "(21 Sep), Back to work (28 Sep) and 3 more. 9 sessions since then."
    )
    assert len(told.changes) == 6
    assert told.changes_short == "6 other things changed too."


@pytest.mark.parametrize(
    ("on", "counts"),
    [
        (date(2026, 8, 16), False),
        (date(2026, 8, 17), True),
        (TODAY, True),
        (TODAY + timedelta(days=1), False),
    ],
)
def test_other_changes_count_from_28_days_before_to_today(
    on: date, counts: bool
) -> None:
    data = replace(page(), events=(LifeEvent(on=on, name="Moved"),))
    assert bool(answer(data).changes) is counts


def test_the_change_in_question_is_not_its_own_confounder() -> None:
    data = replace(page(), changes=(Change(on=CHANGE, label="a change"),))
    assert answer(data).changes == ()


def test_the_start_of_therapy_is_named() -> None:
    data = replace(stories.mock_up(), pivot=replace(page().pivot, on=date(2026, 8, 20)))
    labels = [change.label for change in answer(data).changes]
    assert "CBT with Sam started" in labels


def test_without_a_change_nothing_is_compared() -> None:
    told = answer(stories.empty())
    assert told.verdict is Verdict.NO_CHANGE
    assert told.sentence == "Choose a change to compare before and now."


def test_how_it_is_worked_out_gives_the_numbers_used() -> None:
    basis = answer(stories.mock_up()).basis
    assert "17 Aug to 13 Sep" in basis[0]
    assert "2.4 over 25 logged days before, 4.2 over 26 now" in basis[1]
    assert "16 on 12 Sep before, 7 on 20 Nov now" in basis[2]


FORBIDDEN = re.compile(r"because|thanks to|worked\b|failed|due to|caused|helped", re.I)


@pytest.mark.parametrize("story", stories.STORIES.values(), ids=stories.STORIES.keys())
@pytest.mark.parametrize("voice", list(Voice))
def test_no_word_ever_says_that_one_thing_brought_about_another(story, voice) -> None:
    told = answer(replace(story(), voice=voice))
    words = [told.sentence, told.comfort, told.effects, told.changes_text, *told.basis]
    assert not FORBIDDEN.search(" ".join(words))


def test_a_phase_that_began_is_named_as_what_it_is():
    """Its suggestion may carry the title of something else that was agreed with it."""
    data = stories.overlapping_tapers()
    said = [change.label for change in answer(data).changes]
    assert "phase heal begins" in said
    assert "phase taper begins" in said
    on = date(2026, 11, 10)
    plan = replace(data.pivot, on=on, kind=PivotKind.PLAN, ref="version:7")
    said = [change.label for change in answer(replace(data, pivot=plan)).changes]
    assert "phase taper begins" not in said
