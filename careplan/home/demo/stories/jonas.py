"""Jonas: the first week on a medicine, with everything still new."""

import datetime as dt
from decimal import Decimal

from careplan.home.demo.stories import cast, diary, sessions
from careplan.home.demo.stories.diary import Changed, Day
from careplan.home.demo.stories.telling import Story, begin
from careplan.plan.models import Medication

BEGAN = 6


def tell(people: cast.Cast, *, now: dt.datetime) -> Story:
    """Tell a week: a start, a queasy stomach, one missed tablet."""
    user = cast.person(
        "Jonas Weber",
        "jonas@demo.example",
        now=now,
        preferred_name="Jonas",
        pronouns="he/him",
    )
    story = begin(user, now=now, seed=23, birth_date=dt.date(now.year - 23, 8, 2))
    story.joins(people.noah, days_ago=12)
    story.joins(people.brandt, days_ago=8)
    story.writes_own_part(
        ("goal", {"words": "Go to the evening class", "next_step": "Ask Mia to come"}),
        ("practice", {"kind": "people", "aim": "Call one friend on Sundays"}),
        days_ago=10,
    )
    _start(story)
    _course(story)
    _days(story)
    diary.form(story, "phq9", diary.spread(14, 9), days_ago=7)
    diary.form(story, "gad7", diary.spread(12, 7), days_ago=7)
    sessions.weekly(story, weekday=3, first=8, missed=(), hour=10)
    sessions.visits(story, days_ago=(BEGAN,), ahead=8)
    sessions.reminders(story, hours=(19,))
    return story


def _start(story: Story) -> None:
    dose = {"amount": "10", "not_before": story.day(BEGAN), "slots": {"morning": "10"}}
    start = story.suggests(
        "prescriber",
        (
            "approach",
            {
                "choice": "both",
                "benefits": "A medicine can take the edge off while therapy begins.",
                "risks": "Feeling sick or restless in the first two weeks.",
                "patient_words": "I want to get out of the door again.",
                "because": "Anxiety keeps him at home; therapy alone was slow.",
            },
        ),
        (
            "medicine_start",
            {
                "name": "Escitalopram",
                "catalogue_id": "escitalopram",
                "form": "tablet",
                "unit": "mg",
                "purpose": "anxiety and low mood",
                "steps": [dose],
                "strengths": [{"amount": "10", "can_be_halved": True}],
                "watch": "Restlessness, sleep, and any thoughts of dying.",
            },
        ),
        ("phase", {"phase": "stabilise", "because": "Start of treatment"}),
        days_ago=BEGAN,
        why="To make leaving the house easier while you practise it with Noah.",
        notice="Feeling sick or jittery for a week or two is common and often passes.",
        look_again_on=story.today + dt.timedelta(days=8),
    )
    story.all_agree(start, days_ago=BEGAN)


def _course(story: Story) -> None:
    course = story.suggests(
        "therapist",
        (
            "therapy_start",
            {
                "type_id": "behavioural_activation",
                "name": "Behavioural activation",
                "focus": "leaving the house, one step at a time",
                "every_days": 7,
                "planned_sessions": 12,
            },
        ),
        days_ago=5,
        why="Small steps out of the door, each week one more.",
        look_again_on=story.today + dt.timedelta(days=42),
    )
    story.all_agree(course, days_ago=5)


def _days(story: Story) -> None:
    with story.turn(story.patient.user):
        medicine = Medication.objects.get(patient=story.patient)
    started = Changed(
        medication_id=medicine.pk,
        label="Escitalopram",
        before=None,
        after=Decimal(10),
        unit="mg",
        ago=BEGAN,
        effects=frozenset({"nausea", "anxiety_jitters"}),
    )
    moods = {6: 3, 5: 2, 4: 3, 3: 3, 2: 4, 1: 3}
    days = [
        Day(
            ago=ago,
            mood=mood,
            effects=(("nausea", 2 if ago > 3 else 1),) if ago < BEGAN else (),
            doses=(
                (
                    medicine.pk,
                    "morning",
                    "missed" if ago == 2 else "taken",
                    Decimal(10),
                    "mg",
                ),
            ),
        )
        for ago, mood in moods.items()
    ]
    diary.load(story, days, changes=[started])
