"""Maya: a dose that went up, side effects that came and went, therapy, a taper asked.

Five months, as in the drawings: low in spring, better since autumn, a hard week in
between; now her prescriber suggests lowering the second medicine.
"""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from careplan.home.demo.stories import cast, diary, sessions, talk
from careplan.home.demo.stories.diary import Changed, Day
from careplan.home.demo.stories.telling import PATIENT, Story, begin, each_day
from careplan.plan.models import Medication
from journal.models import Insight, LifeEvent

BEGAN, RAISED, LOWERED, LAST_VISIT = 160, 68, 34, 36
HOSPITAL = (26, 17)  # her mother's days in hospital
PRESCRIBER, THERAPIST = "prescriber", "therapist"


def tell(people: cast.Cast, *, now: dt.datetime) -> Story:
    """Tell it from the first visit to this morning."""
    user = cast.person(
        "Maya Raman",
        "maya@demo.example",
        now=now,
        preferred_name="Maya",
        pronouns="she/her",
    )
    story = begin(user, now=now, seed=34, birth_date=dt.date(now.year - 34, 3, 9))
    story.joins(people.sam, days_ago=BEGAN + 3)
    story.joins(people.okafor, days_ago=BEGAN + 2)
    story.lets_them_talk(days_ago=BEGAN + 2)
    _own_part(story)
    _first_plan(story)
    _dose_rise(story)
    _lowering(story)
    _safety_plan(story)
    _diary(story)
    _forms(story)
    _life(story)
    sessions.weekly(story, weekday=1, first=BEGAN - 6, missed=(11, 3), hour=14)
    sessions.visits(story, days_ago=(BEGAN, 120, 92, RAISED, LAST_VISIT), ahead=2)
    sessions.agenda(
        story,
        "Can I be less sleepy before 10? My new hours start at 8.",
        "Is it too soon to stop mirtazapine?",
    )
    sessions.summary(
        story,
        "Worry time most days. Main theme now: fear after Mum's stroke. "
        "We will pair a sleep routine with the taper.",
        days_ago=4,
    )
    _talk(story)
    sessions.reminders(story, hours=(10, 20))
    _suggestion(story)
    return story


def _own_part(story: Story) -> None:
    story.writes_own_part(
        ("goal", {"words": "Work three full days", "next_step": "Two days first"}),
        ("goal", {"words": "Feel awake in the morning"}),
        ("practice", {"kind": "movement", "aim": "Walk before breakfast"}),
        (
            "early_sign",
            {
                "words": "I wake at four and lie there",
                "level": "early",
                "i_do": "Get up, tea, write three lines",
                "therapist_does": "We look at the week together",
            },
        ),
        days_ago=BEGAN + 1,
    )


def _first_plan(story: Story) -> None:
    first = story.suggests(
        PRESCRIBER,
        (
            "approach",
            {
                "choice": "both",
                "benefits": "Either can help alone; together they help more people.",
                "risks": "Feeling sick and sleepy at first; weekly sessions take time.",
                "patient_words": "I want to sleep, and I want to talk to someone.",
                "because": "Moderately severe low mood for months, sleep very poor.",
            },
        ),
        _start("sertraline", "Sertraline", "low mood", "morning", "50", story),
        _start("mirtazapine", "Mirtazapine", "sleep", "bedtime", "30", story),
        ("phase", {"phase": "stabilise", "because": "Start of treatment"}),
        (
            "review_date",
            {"review_on": story.day(LAST_VISIT), "prescriber_every_days": 35},
        ),
        days_ago=BEGAN,
        why="To lift your mood and help you sleep while therapy begins.",
        look_again_on=story.today - dt.timedelta(days=120),
    )
    story.all_agree(first, days_ago=BEGAN)
    course = story.suggests(
        THERAPIST,
        (
            "therapy_start",
            {
                "type_id": "cbt_individual",
                "name": "CBT",
                "focus": "worry and getting active again",
                "every_days": 7,
                "planned_sessions": 24,
            },
        ),
        days_ago=BEGAN - 4,
        why="Weekly sessions on worry, activity and sleep.",
        look_again_on=story.today - dt.timedelta(days=60),
    )
    story.all_agree(course, days_ago=BEGAN - 5)


def _start(code: str, name: str, purpose: str, slot: str, dose: str, story: Story):
    return (
        "medicine_start",
        {
            "name": name,
            "catalogue_id": code,
            "form": "tablet",
            "unit": "mg",
            "purpose": purpose,
            "steps": [
                {"amount": dose, "not_before": story.day(BEGAN), "slots": {slot: dose}}
            ],
            "strengths": [{"amount": dose, "can_be_halved": True}],
        },
    )


def _medicine(story: Story, name: str) -> Medication:
    return Medication.objects.get(patient=story.patient, name=name)


def _dose_rise(story: Story) -> None:
    with story.turn(story.team[PRESCRIBER].user):
        sertraline = _medicine(story, "Sertraline")
    rise = story.suggests(
        PRESCRIBER,
        (
            "dose_steps",
            {
                "medication": str(sertraline.pk),
                "steps": [
                    {
                        "amount": "100",
                        "not_before": story.day(RAISED),
                        "slots": {"morning": "100"},
                    }
                ],
                "watch": "Restlessness, sleep and feeling sick in the first two weeks.",
            },
        ),
        days_ago=RAISED + 1,
        why="Your mood has moved a little. A higher dose may help more.",
        notice="You may feel sick for a week or two. It often passes.",
        look_again_on=story.today - dt.timedelta(days=LAST_VISIT),
    )
    story.all_agree(rise, days_ago=RAISED)


def _lowering(story: Story) -> None:
    with story.turn(story.team[PRESCRIBER].user):
        mirtazapine = _medicine(story, "Mirtazapine")
    lower = story.suggests(
        PRESCRIBER,
        (
            "dose_steps",
            {
                "medication": str(mirtazapine.pk),
                "steps": [
                    {
                        "amount": "15",
                        "not_before": story.day(LOWERED),
                        "slots": {"bedtime": "15"},
                    }
                ],
            },
        ),
        days_ago=LAST_VISIT,
        why="You are sleepy by day. We try half at bedtime.",
        look_again_on=story.today + dt.timedelta(days=2),
    )
    story.all_agree(lower, days_ago=LOWERED)
    heal = story.suggests(
        PRESCRIBER,
        ("phase", {"phase": "heal", "because": "Clearly better for four weeks"}),
        ("review_date", {"review_on": story.day(-2)}),
        ("quiet_run", {"run": 3, "owner": THERAPIST}),
        days_ago=LAST_VISIT - 4,
        why="You are on the way up. Now we keep it.",
        look_again_on=story.today + dt.timedelta(days=2),
    )
    story.all_agree(heal, days_ago=LAST_VISIT - 5)


def _safety_plan(story: Story) -> None:
    story.writes_own_part(
        (
            "safety_plan",
            {
                "lines": {
                    "signs": ["I stop answering my sister"],
                    "alone": ["Walk to the canal", "The playlist from Goa"],
                    "places": ["Library, upstairs"],
                    "safer": ["Priya keeps the spare tablets"],
                    "reasons": ["My sister's children"],
                },
                "people": [
                    {"kind": "friend", "name": "Priya, my sister", "phone": ""},
                ],
            },
        ),
        days_ago=19,
    )


def _suggestion(story: Story) -> None:
    """Ask for the taper; Sam has agreed, Maya has not answered yet."""
    with story.turn(story.team[PRESCRIBER].user):
        mirtazapine = _medicine(story, "Mirtazapine")
    step = {"slots": {"bedtime": "7.5"}, "amount": "7.5", "not_before": story.day(-9)}
    stop = {"slots": {}, "amount": "0", "not_before": story.day(-30)}
    taper = story.suggests(
        PRESCRIBER,
        (
            "taper",
            {
                "medication": str(mirtazapine.pk),
                "steps": [step, stop],
                "strengths": [{"amount": "15", "can_be_halved": True}],
                "hold_rule": "If sleep is under five hours three nights in a row, we hold.",
                "step_back_rule": "If it is still hard after a week, back to 15 mg.",
                "watch_until": story.day(-120),
                "min_interval_days": 14,
            },
        ),
        days_ago=3,
        why="You sleep well now and feel sleepy in the morning. Lowering slowly may help.",
        notice="Sleep can be lighter for a week or two. For most people it passes; "
        "for some it is hard, and then we go slower.",
        pause="You can hold at any step. Holding is a normal part of lowering.",
        look_again_on=story.today + dt.timedelta(days=37),
    )
    story.agrees(taper, THERAPIST, story.team[THERAPIST].user, days_ago=2)


def _diary(story: Story) -> None:
    with story.turn(story.patient.user):
        sertraline, mirtazapine = (
            _medicine(story, "Sertraline"),
            _medicine(story, "Mirtazapine"),
        )
    change = Changed(
        medication_id=sertraline.pk,
        label="Sertraline",
        before=Decimal(50),
        after=Decimal(100),
        unit="mg",
        ago=RAISED,
        effects=frozenset({"nausea", "tremor"}),
    )
    days = list(_days(story, sertraline.pk, mirtazapine.pk))
    diary.load(story, days, changes=[change])


def _days(story: Story, sertraline, mirtazapine) -> Iterator[Day]:
    for ago in each_day(BEGAN - 1, 1):
        if story.chance.random() < 0.14:
            continue  # a day without a check-in is a day without a check-in
        yield Day(
            ago=ago,
            mood=_mood(story, ago),
            sleep_hours=_sleep(story, ago),
            effects=tuple(_effects(story, ago)),
            doses=(
                _dose(story, sertraline, "morning", "100" if ago <= RAISED else "50"),
                _dose(story, mirtazapine, "bedtime", "15" if ago <= LOWERED else "30"),
            ),
            practice="movement" if story.chance.random() < 0.4 else "",
            note=_note(ago),
            is_private=ago == 12,
        )


def _mood(story: Story, ago: int) -> int:
    level = 2.6 if ago > RAISED else 2.6 + (RAISED - ago) * 0.03
    if HOSPITAL[1] <= ago <= HOSPITAL[0]:
        level -= 1.0
    return max(1, min(7, round(level + story.chance.gauss(0, 0.7))))


def _sleep(story: Story, ago: int) -> Decimal:
    mean = 9.0 if ago > LOWERED else 7.6
    hours = mean + story.chance.gauss(0, 0.5)
    return Decimal(str(hours)).quantize(Decimal("0.25"))


def _effects(story: Story, ago: int) -> Iterator[tuple[str, int]]:
    if RAISED - 21 <= ago <= RAISED - 1:
        yield "nausea", 2 if ago > RAISED - 12 else 1
    if ago > 30 and story.chance.random() < 0.6:
        yield "drowsiness", 2
    elif ago <= 30 and story.chance.random() < 0.45:
        yield "drowsiness", 1
    if 16 <= ago <= 22:
        yield "tremor", 1


def _dose(story: Story, medicine, slot: str, amount: str):
    answer = "missed" if story.chance.random() < 0.02 else "taken"
    return (medicine, slot, answer, Decimal(amount), "mg")


def _note(ago: int) -> str:
    words = {
        25: "Mum in hospital. Slept on the chair.",
        14: "Fell asleep early, forgot the tablet.",
        12: "Something I am not ready to say to anyone yet.",
        5: "Laughed at lunch. Noticed it.",
    }
    return words.get(ago, "")


def _forms(story: Story) -> None:
    phq9 = ((104, 17), (83, 16), (69, 16), (47, 15), (32, 11), (21, 9), (9, 9), (1, 7))
    gad7 = ((104, 13), (69, 12), (32, 10), (9, 7), (1, 6))
    for ago, total in phq9:
        diary.form(story, "phq9", diary.spread(total, 9), days_ago=ago)
    for ago, total in gad7:
        diary.form(story, "gad7", diary.spread(total, 7), days_ago=ago)
    for ago, answers in ((47, [4, 4, 4]), (33, [4, 3, 3]), (5, [2, 2, 1])):
        diary.form(story, "side_effect_burden", answers, days_ago=ago)


def _talk(story: Story) -> None:
    talk.concern(
        story,
        "Maya sleeps until noon after the bedtime tablet and misses our morning "
        "exercises. Could the dose or the hour change?",
        "Thank you. She sleeps well enough now to try half. I will suggest it on Friday.",
        days_ago=LAST_VISIT + 3,
        closed_days_ago=LOWERED,
    )
    talk.thread(
        story,
        "New hours at work",
        (PATIENT, "From December I start at 8. Is that a problem with the tablets?"),
        (
            PRESCRIBER,
            "Not for sertraline. Let us talk about the evening one on Monday.",
        ),
        days_ago=5,
    )
    talk.form_asked(
        story, "phq9", "To see together how the last weeks were.", every_days=14
    )


def _life(story: Story) -> None:
    events = ((48, "Back to work"), (HOSPITAL[0], "Mum in hospital"))
    with story.turn(story.patient.user):
        for ago, words in events:
            LifeEvent(
                patient=story.patient,
                local_date=story.today - dt.timedelta(days=ago),
                author=story.patient.user,
                author_role="patient",
                words=words,
                written_at=story.ago(ago),
            ).save(force_insert=True)
        Insight(
            patient=story.patient,
            local_date=story.today - dt.timedelta(days=2),
            words="I brace for bad news even when the phone is silent.",
            written_at=story.ago(2),
        ).save(force_insert=True)
