"""Each reason of the caseload, read from the record itself (V1, V8, issue 6)."""

import datetime as dt
from types import SimpleNamespace
from uuid import uuid4

import pytest

from careplan.common.identity import acting_as, system
from careplan.plan.models import DoseStep, Plan, TaperPlan
from careplan.review import caseload, caseload_moods, caseload_page, worklist
from careplan.review.caseload import Place
from careplan.review.models import Decision, ReviewMark
from careplan.review.worklist import Rank
from careplan.team import alerts
from journal.models import Entry
from tests import factory
from tests.kept import kept
from tests.review import made

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _same_day(time_machine):
    time_machine.move_to(made.NOW, tick=False)


team = kept(made.cast, at=made.NOW)


def known(team, who=None, topics=None):
    user = who or team.ada
    role = "prescriber" if user == team.ada else "therapist"
    every = frozenset(row for row in caseload.COLUMNS_OF)
    place = Place(role, every if topics is None else frozenset(topics))
    with made.as_user(user):
        (found,) = caseload.known_of({team.patient.pk: place}, user.pk, now=made.NOW)
    return found


def ranks(team, who=None):
    return [reason.rank for reason in worklist.reasons(known(team, who))]


def plan(team, **fields):
    with acting_as(system("apply")):
        row = Plan(patient=team.patient, **fields)
        row.save(force_insert=True)
        Plan.objects.filter(pk=row.pk).update(created_at=made.at(60))


def test_an_open_safety_answer_stands_first(team):
    alerts.raise_alert(
        patient=team.patient,
        level="same_day",
        ground="item9:test",
        label="Item 9",
        exact="-",
        now=made.NOW,
    )
    assert ranks(team)[0] is Rank.SAFETY


def test_a_red_flag_stands_above_it(team):
    alerts.raise_alert(
        patient=team.patient,
        level="emergency",
        ground="effects:test",
        label="Red flag",
        exact="-",
        now=made.NOW,
    )
    assert ranks(team)[0] is Rank.EMERGENCY


def test_item_9_above_the_time_before_is_a_reason(team):
    made.score(team.patient, "phq9", 20, 8, answers=[1] * 8 + [0])
    made.score(team.patient, "phq9", 2, 9, answers=[1] * 9)
    assert Rank.SAFETY in ranks(team)


def test_scores_that_got_worse_are_a_reason(team):
    made.score(team.patient, "phq9", 20, 6)
    made.score(team.patient, "phq9", 2, 12)
    assert Rank.WORSE in ranks(team)


def test_side_effects_that_went_up_are_a_reason(team):
    made.effects(team.patient, "tremor", [20], strength=lambda _day: 1)
    made.effects(team.patient, "tremor", [3], strength=lambda _day: 3)
    assert Rank.EFFECTS in ranks(team)


def test_a_dose_step_due_within_a_week_is_the_prescribers_own(team):
    row = made.medicine(team.patient, team.ada, "Sertraline", [(60, 50)])
    with acting_as(system("apply")):
        DoseStep(
            patient=team.patient,
            medication=row,
            order=2,
            amount=75,
            not_before=made.TODAY + dt.timedelta(days=3),
        ).save(force_insert=True)
    assert Rank.STEP in ranks(team)
    assert Rank.STEP not in ranks(team, team.sam)


def test_a_review_day_that_passed_is_a_reason(team):
    plan(team, review_on=made.ago(1))
    assert Rank.REVIEW in ranks(team)


def test_a_taper_is_watched(team):
    row = made.medicine(team.patient, team.ada, "Sertraline", [(60, 50)])
    with acting_as(system("apply")):
        TaperPlan(
            patient=team.patient,
            medication=row,
            hold_rule="Hold when it is hard.",
            step_back_rule="Go back when it is very hard.",
            watch_until=made.ago(-90),
        ).save(force_insert=True)
    assert Rank.TAPER in ranks(team)


def test_silence_is_measured_by_the_persons_own_rhythm(team):
    made.entries(team.patient, range(9, 56))
    assert Rank.QUIET in ranks(team)
    weekly = made.cast(name="Wim Weekly")
    made.entries(weekly.patient, range(9, 56, 7))
    assert Rank.QUIET not in ranks(weekly)


def test_a_meeting_that_the_plan_asks_for_is_due_then_overdue(team):
    """Q6: the next date comes from the plan, a missed one is on the list."""
    plan(team, prescriber_every_days=90)
    assert known(team).contact_on == made.ago(60) + dt.timedelta(days=90)
    assert "due by 21 Dec" in listed(team)
    with acting_as(system("apply")):
        Plan.objects.filter(patient=team.patient).update(prescriber_every_days=30)
    assert Rank.NO_CONTACT in ranks(team)
    assert "was due 22 Oct" in listed(team)


def not_improving(team):
    made.medicine(team.patient, team.ada, "Sertraline", [(60, 50)])
    made.score(team.patient, "phq9", 60, 18)
    made.score(team.patient, "phq9", 3, 16)


def decide(team):
    with made.as_user(team.ada):
        Decision(
            patient=team.patient,
            day_zero=made.ago(60),
            point="DP9",
            output="CASE_REVIEW",
            rule="-",
            choice="talk",
            because="We talk it over.",
            decided_by=team.ada,
            role="prescriber",
            decided_at=made.NOW,
        ).save(force_insert=True)


def test_not_improving_says_its_values_and_a_look_does_not_clear_it(team):
    """V1: the flag shows its rule and values."""
    not_improving(team)
    (reason,) = (r for r in worklist.reasons(known(team)) if r.rank is Rank.NO_GAIN)
    assert "18 → 16" in reason.text
    with made.as_user(team.ada):
        ReviewMark(
            patient=team.patient,
            user=team.ada,
            role="prescriber",
            start=made.ago(9),
            end=made.TODAY,
            marked_at=made.NOW,
        ).save(force_insert=True)
    assert Rank.NO_GAIN in ranks(team)
    assert "by less than half" in listed(team)


def test_not_improving_is_cleared_by_a_recorded_action(team):
    """V1."""
    not_improving(team)
    decide(team)
    assert Rank.NO_GAIN not in ranks(team)


def test_it_comes_back_with_a_new_score_that_is_no_better(team, time_machine):
    """V1: an action answers the scores it was taken on, not those to come."""
    not_improving(team)
    decide(team)
    later = made.NOW + dt.timedelta(days=7)
    time_machine.move_to(later, tick=False)
    made.score(team.patient, "phq9", -6, 17)
    place = Place("prescriber", frozenset(caseload.COLUMNS_OF))
    with made.as_user(team.ada):
        (found,) = caseload.known_of({team.patient.pk: place}, team.ada.pk, now=later)
    assert Rank.NO_GAIN in [reason.rank for reason in worklist.reasons(found)]


def test_not_improving_is_cleared_by_a_better_score(team):
    """V1."""
    not_improving(team)
    made.score(team.patient, "phq9", 1, 9)
    assert Rank.NO_GAIN not in ranks(team)


def listed(team, query=""):
    response = made.signed_in(team.ada).get(f"/c/caseload/{query}")
    assert response.status_code == 200
    return response.content.decode()


def test_two_scales_are_two_lines_and_never_nothing():
    """J2: low and high stay apart; words say how far from steady."""
    team = made.cast(name="Ines Scale")
    with made.as_user(team.maya):
        team.patient.mood_scale = "elevated"
        team.patient.save(update_fields=["mood_scale"])
    with made.as_user(team.maya):
        Entry.objects.bulk_create(
            Entry(
                patient=team.patient,
                client_id=uuid4(),
                occurred_at=made.at(day),
                local_date=made.ago(day),
                zone=made.ZONE,
                scale="elevated",
                low=0,
                high=2 if day < 14 else 1,
            )
            for day in range(26)
        )
    words = listed(team)
    assert "Nothing in two weeks" not in words
    assert "2 from steady, less steady" in words
    assert words.count("mooddot") == 2


def test_without_a_topic_its_columns_stay_empty_by_the_application_alone(team):
    """Both locks hold alone: this one is ours, the other is row security."""
    plan(team, review_on=made.ago(1))
    not_improving(team)
    made.entries(team.patient, range(9, 40))
    made.effects(team.patient, "tremor", [3], strength=lambda _day: 3)
    closed = known(team, topics=())
    assert (closed.phq9, closed.gad7, closed.effect_code) == ((), (), "")
    assert (closed.last_checkin, closed.review_on, closed.since) == (None, None, None)
    assert worklist.reasons(closed) == ()
    with made.as_user(team.ada):
        assert caseload_moods.moods([closed], now=made.NOW) == {}


SIX = ("worse", "gain", "seen", "time", "review", "concern")


@pytest.mark.parametrize("sort", SIX)
def test_each_of_the_six_orders_puts_the_one_in_need_first(sort):
    """V8: worsening, not improving, not seen, time in treatment, overdue review,
    open concern."""
    day, no = made.ago(40), Rank.NOTHING
    calm = {
        "phq9": (4, 9),
        "last_visit": made.at(2),
        "since": made.ago(5),
        "review_on": made.TODAY + dt.timedelta(days=60),
    }
    needing = {
        "worse": {"phq9": (16, 9)},
        "gain": {},
        "seen": {"last_visit": made.at(50)},
        "time": {"since": day},
        "review": {"review_on": day},
        "concern": {"concern_at": made.at(3)},
    }
    rank = Rank.NO_GAIN if sort == "gain" else no
    first = one(calm | needing[sort]), SimpleNamespace(rank=rank)
    second = one(calm), SimpleNamespace(rank=no)
    _label, key = caseload_page.SORTS[sort]
    assert sorted([second, first], key=key) == [first, second]


def one(facts):
    return worklist.Known(id=factory.user().pk, name="A", today=made.TODAY, **facts)
