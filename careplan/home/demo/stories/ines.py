"""Ines: two years with bipolar disorder, lithium and the checks that go with it."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from careplan.home.demo.stories import cast, diary, sessions
from careplan.home.demo.stories.diary import Day
from careplan.home.demo.stories.telling import Story, begin, each_day
from careplan.plan.models import Medication

BEGAN = 730
RAISED = 640
QUIET = 3
HIGH_WEEKS = ((420, 396), (150, 136))
LOW_WEEKS = ((560, 500), (300, 262))


def tell(people: cast.Cast, *, now: dt.datetime) -> Story:
    """Tell two years: steady, low for a while, high for a while, steady again. The
    last evenings she did not answer, and that is her therapist's task now."""
    user = cast.person(
        "Ines Costa",
        "ines@demo.example",
        now=now,
        preferred_name="Ines",
        pronouns="she/her",
    )
    story = begin(
        user,
        now=now,
        seed=52,
        birth_date=dt.date(now.year - 52, 11, 30),
        mood_scale="elevated",
    )
    story.joins(people.noah, days_ago=BEGAN + 2)
    story.joins(people.okafor, days_ago=BEGAN + 2)
    story.lets_them_talk(days_ago=BEGAN)
    _own_part(story)
    _lithium(story)
    _course(story)
    diary.load(story, list(_days(story)))
    for ago, total in ((540, 14), (420, 6), (280, 12), (180, 5), (90, 4), (20, 3)):
        diary.form(story, "phq9", diary.spread(total, 9), days_ago=ago)
    sessions.visits(story, days_ago=(BEGAN, RAISED, 420, 300, 200, 92), ahead=12)
    sessions.reminders(story, hours=(19,))
    sessions.goes_quiet(story, QUIET)
    return story


def _own_part(story: Story) -> None:
    story.writes_own_part(
        ("goal", {"words": "Keep the allotment going all year"}),
        ("practice", {"kind": "sleep", "aim": "In bed by half past ten"}),
        (
            "early_sign",
            {
                "words": "I sleep five hours and feel wonderful",
                "level": "early",
                "i_do": "Tell Rui, no shopping alone, call Dr Okafor",
                "therapist_does": "We look at the daily rhythm",
                "prescriber_does": "Sees me within three days",
            },
        ),
        (
            "staying_well",
            {
                "when_well": "Curious, early riser, mud on my boots.",
                "sets_off": "Night flights, arguments with my brother",
                "who_to_contact": "Rui, then Dr Okafor",
                "call_when": "Two nights under five hours",
            },
        ),
        days_ago=BEGAN - 1,
    )


def _lithium(story: Story) -> None:
    start = story.suggests(
        "prescriber",
        (
            "approach",
            {
                "choice": "both",
                "benefits": "Lithium lowers the risk of new episodes.",
                "risks": "Blood checks, thirst, shaky hands; water and salt matter.",
                "patient_words": "I want fewer storms.",
                "because": "Two episodes in eighteen months.",
            },
        ),
        (
            "medicine_start",
            {
                "name": "Lithium",
                "catalogue_id": "lithium",
                "form": "tablet",
                "unit": "mg",
                "purpose": "steady mood",
                "steps": [_step(story, BEGAN, "400")],
                "strengths": [
                    {"amount": "400", "can_be_halved": False},
                    {"amount": "200", "can_be_halved": False},
                ],
            },
        ),
        ("phase", {"phase": "stabilise", "because": "Start of lithium"}),
        days_ago=BEGAN,
        why="To make the ups and downs smaller and rarer.",
        notice="You may feel thirsty and pass more water. Shaky hands: tell us.",
        look_again_on=story.today - dt.timedelta(days=RAISED),
    )
    story.all_agree(start, days_ago=BEGAN)
    with story.turn(story.team["prescriber"].user):
        medicine = Medication.objects.get(patient=story.patient)
    more = story.suggests(
        "prescriber",
        (
            "dose_steps",
            {"medication": str(medicine.pk), "steps": [_step(story, RAISED, "600")]},
        ),
        ("phase", {"phase": "maintain", "because": "Steady for three months"}),
        ("review_date", {"review_on": story.day(-12), "prescriber_every_days": 90}),
        ("quiet_run", {"run": QUIET, "owner": "therapist"}),
        days_ago=RAISED + 1,
        why="Your level is a little low. A little more may hold better.",
        look_again_on=story.today - dt.timedelta(days=500),
    )
    story.all_agree(more, days_ago=RAISED)


def _step(story: Story, ago: int, dose: str) -> dict[str, object]:
    return {"amount": dose, "not_before": story.day(ago), "slots": {"bedtime": dose}}


def _course(story: Story) -> None:
    course = story.suggests(
        "therapist",
        (
            "therapy_start",
            {
                "type_id": "ipsrt",
                "name": "Social rhythm therapy",
                "focus": "a steady day: getting up, meals, light, people",
                "every_days": 28,
                "planned_sessions": 30,
            },
        ),
        days_ago=BEGAN - 20,
        why="Steady days make steady moods more likely.",
        look_again_on=story.today + dt.timedelta(days=12),
    )
    story.all_agree(course, days_ago=BEGAN - 21)


def _days(story: Story) -> Iterator[Day]:
    with story.turn(story.patient.user):
        medicine = Medication.objects.get(patient=story.patient)
    for ago in each_day(BEGAN - 1, QUIET + 1):
        if story.chance.random() < 0.3:
            continue
        low, high = _moods(story, ago)
        dose = Decimal(600) if ago <= RAISED else Decimal(400)
        yield Day(
            ago=ago,
            low=low,
            high=high,
            sleep_hours=_sleep(story, high),
            effects=(("tremor", 1),) if story.chance.random() < 0.08 else (),
            doses=((medicine.pk, "bedtime", "taken", dose, "mg"),),
        )


def _moods(story: Story, ago: int) -> tuple[int, int]:
    low = 1 if story.chance.random() < 0.1 else 0
    high = 1 if story.chance.random() < 0.08 else 0
    if any(end <= ago <= start for start, end in LOW_WEEKS):
        low = story.chance.choice((1, 2, 2, 3))
    if any(end <= ago <= start for start, end in HIGH_WEEKS):
        high = story.chance.choice((1, 2, 2, 3))
        low = story.chance.choice((0, 0, 1))
    return low, high


def _sleep(story: Story, high: int) -> Decimal:
    hours = 7.4 - high * 0.9 + story.chance.gauss(0, 0.4)
    return Decimal(str(hours)).quantize(Decimal("0.25"))
