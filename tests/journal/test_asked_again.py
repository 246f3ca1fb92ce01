"""S1, S2, J17, J22, N2: asked again after a hard answer; high moods; doses missed in a row."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.db import transaction
from django.test import Client

from careplan.checkins import occasions, schedules
from careplan.checkins.models import Kind, Schedule
from careplan.checkins.schedules import Wish
from careplan.common.identity import acting_as, system
from careplan.plan.models import DoseStep, Medication
from careplan.team.models import Alert
from journal import checklists, doses, entries, instruments, medicines, responses
from journal.inputs import DoseInput, EffectInput
from journal.models import MeasureAssignment, SafetyMoment
from tests.journal.made import NOW, TODAY, as_user, checkin, signed_in

pytestmark = pytest.mark.django_db
ASKS = "How are you now?"


def hours(n):
    return NOW + dt.timedelta(hours=n)


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


def save(cast, **said):
    with as_user(cast.maya.user):
        return entries.save_checkin(
            cast.maya, checkin(**said), by=cast.maya.user, now=NOW
        )


def hard(cast, **said):
    felt = (EffectInput(code="suicidal", strength=1),)
    return save(cast, effects=felt, **said).moment


def today(cast, at):
    with time_machine.travel(at, tick=False):
        client = signed_in(Client(), cast.maya.user, second_factor=False)
        return client.get("/today/").content.decode()


def choose(cast, moment, choice, at):
    with time_machine.travel(at, tick=False):
        client = signed_in(Client(), cast.maya.user, second_factor=False)
        return client.post(f"/support/{moment.pk}/", {"choice": choice})


# --- Again (clinical.md 9.5) -----------------------------------------------------------


def test_s1_it_is_asked_again_at_the_next_opening_and_after_a_day(cast):
    moment = hard(cast)
    choose(cast, moment, "contact_me", NOW)
    assert ASKS not in today(cast, hours(1))
    assert ASKS in today(cast, hours(5))
    choose(cast, moment, "safe", hours(5))
    assert ASKS not in today(cast, hours(6))
    assert ASKS in today(cast, hours(30))
    choose(cast, moment, "safe", hours(30))
    assert ASKS not in today(cast, hours(31))
    with as_user(cast.maya.user):
        kept = SafetyMoment.objects.get()
    assert kept.choice == "contact_me"  # what was chosen first stays
    assert kept.asked_again_at == hours(30)


def test_s1_whoever_comes_back_later_is_asked_then_for_two_weeks(cast):
    hard(cast)
    assert ASKS in today(cast, hours(24 * 13))
    assert ASKS not in today(cast, hours(24 * 15))


def test_s2_asking_to_be_contacted_the_second_time_tells_the_team(cast):
    moment = hard(cast, is_private=True)
    assert "contact" in today(cast, hours(30)) or ASKS in today(cast, hours(30))
    choose(cast, moment, "contact_me", hours(30))
    with as_user(cast.okafor):
        assert Alert.objects.get().label == "Asks to be contacted"


def arm(at):
    occasions.arm(at=at, every=dt.timedelta(0))
    with acting_as(system("tick")), transaction.atomic():
        return list(Schedule.objects.filter(kind=Kind.MEASURE, target__isnull=False))


def test_s1_one_reminder_asks_within_24_to_72_hours_unless_answered(cast):
    with as_user(cast.maya.user):
        wish = Wish(times=(dt.time(9),), weekdays=frozenset({0}))
        schedules.set_schedule(cast.maya, kind=Kind.CHECKIN, wish=wish, now=NOW)
    moment = hard(cast)
    (armed,) = arm(hours(26))
    assert armed.target == moment.pk
    assert dt.timedelta(hours=24) <= armed.next_due_at - NOW <= dt.timedelta(hours=72)
    choose(cast, moment, "safe", hours(30))
    assert occasions.drop_what_is_over(at=hours(71)) == 1


# --- High moods ----------------------------------------------------------------------


def check_high(cast, answers=(1, 1, 1, 0, 0, 0), *, private=False, at=NOW):
    with as_user(cast.maya.user):
        form = responses.begin(cast.maya, "high_mood_check", now=at)
        keys = [item.key for item in instruments.instrument("high_mood_check").items]
        place = keys.index("less_sleep")
        given = [
            answers[0] if n == place else v for n, v in enumerate(_rest(answers, place))
        ]
        for number, value in enumerate(given, start=1):
            responses.answer(form, cast.maya, number=number, value=value, now=at)
        return responses.send(form, cast.maya, is_private=private, now=at)


def _rest(answers, place):
    rest = list(answers[1:])
    rest.insert(place, 0)
    return rest


def test_a_positive_high_mood_check_on_an_antidepressant_tells_the_team(cast):
    check_high(cast)
    with as_user(cast.okafor):
        alert = Alert.objects.get()
    assert alert.level == "same_day"
    assert "high-mood check is positive" in alert.exact


@pytest.mark.parametrize(
    ("answers", "private"), [((1, 1, 1, 0, 0, 0), True), ((0, 1, 1, 0, 0, 0), False)]
)
def test_a_private_or_negative_check_tells_nobody(cast, answers, private):
    check_high(cast, answers, private=private)
    with as_user(cast.okafor):
        assert not Alert.objects.exists()


def test_without_an_antidepressant_a_positive_check_raises_nothing(cast):
    with acting_as(system("apply")), transaction.atomic():
        Medication.objects.filter(pk=cast.sertraline.pk).update(
            catalogue_id="lithium", name="Lithium"
        )
    check_high(cast)
    with as_user(cast.okafor):
        assert not Alert.objects.exists()


@pytest.mark.parametrize(
    ("days_ago", "private", "fires"),
    [(None, False, False), (3, False, True), (3, True, False), (40, False, False)],
)
def test_a_high_mood_after_a_positive_check_is_a_possible_switch(
    cast, days_ago, private, fires
):
    """clinical.md 10, cl_switch: bipolar on record or high-mood check positive."""
    if days_ago is not None:
        check_high(cast, private=private, at=NOW - dt.timedelta(days=days_ago))
    found = save(cast, effects=(EffectInput(code="high_mood", strength=1),)).found
    assert ("cl_switch" in found.cluster_ids) == fires


def test_j22_a_high_mood_check_runs_weekly_where_it_is_asked(cast):
    okafor = signed_in(Client(), cast.okafor)
    okafor.post(
        f"/c/people/{cast.maya.pk}/measures/assign/",
        {
            "instrument": "high_mood_check",
            "due_on": TODAY.isoformat(),
            "every_days": "7",
            "reason": "To notice a high early",
        },
    )
    assert "High-mood check" in today(cast, NOW)
    for week in range(3):
        at = NOW + dt.timedelta(weeks=week)
        check_high(cast, (0, 0, 0, 0, 0, 0), at=at)
        with as_user(cast.maya.user):
            due = MeasureAssignment.objects.get().due_on
        assert due == TODAY + dt.timedelta(weeks=week + 1)


# --- Doses missed in a row ------------------------------------------------------------


def answer(cast, days_ago, what, *, private=False):
    said = DoseInput(
        day=TODAY - dt.timedelta(days=days_ago),
        answer=what,
        medication_id=cast.sertraline.pk,
        slot="morning",
    )
    with as_user(cast.maya.user):
        doses.answer(cast.maya.pk, said, is_private=private, today=TODAY, now=NOW)


@pytest.mark.parametrize(
    ("told", "run"),
    [
        ([(2, "missed"), (1, "missed")], 2),
        ([(3, "missed"), (1, "chose_not")], 2),  # a day without a word breaks no run
        ([(2, "missed"), (1, "taken"), (0, "missed")], 1),
        ([(1, "taken")], 0),
        ([(9, "missed"), (8, "missed")], 0),
    ],
)
def test_missed_doses_in_a_row_are_counted_over_days(cast, told, run):
    for days_ago, what in told:
        answer(cast, days_ago, what)
    with as_user(cast.maya.user):
        (row,) = medicines.of_patient(cast.maya.pk, day=TODAY)
    assert row.missed_in_a_row == run


def test_private_answers_make_no_run(cast):
    answer(cast, 2, "missed", private=True)
    answer(cast, 1, "missed", private=True)
    with as_user(cast.maya.user):
        (row,) = medicines.of_patient(cast.maya.pk, day=TODAY)
    assert row.missed_in_a_row == 0


def test_two_missed_doses_and_zaps_point_to_withdrawal_and_the_last_one_told_counts(
    cast,
):
    """clinical.md 8: two missed doses in a row, yesterday's and the one told now."""
    answer(cast, 1, "missed")
    missed = DoseInput(
        day=TODAY,
        answer="missed",
        medication_id=cast.sertraline.pk,
        slot="morning",
        planned_amount=Decimal(75),
        unit="mg",
    )
    felt = (
        EffectInput(code="electric_zaps", strength=1),
        EffectInput(code="dizziness", strength=1),
    )
    found = save(cast, effects=felt, doses=(missed,)).found
    assert "cl_withdrawal" in found.cluster_ids


# --- A baseline before the first dose ---------------------------------------------------


def begins(cast, in_days):
    with acting_as(system("apply")), transaction.atomic():
        row = Medication(
            patient=cast.maya,
            catalogue_id="mirtazapine",
            name="Mirtazapine",
            state="active",
            prescriber=cast.okafor,
        )
        row.save(force_insert=True)
        DoseStep(
            patient=cast.maya,
            medication=row,
            order=1,
            amount=Decimal(15),
            state="released",
            released_at=NOW,
            released_by=cast.okafor,
            not_before=TODAY + dt.timedelta(days=in_days),
        ).save(force_insert=True)
    return row


def test_j17_the_checklist_is_asked_before_the_first_dose(cast):
    row = begins(cast, 3)
    page = today(cast, NOW)
    assert "A short checklist" in page
    assert "before your first dose" in page
    client = signed_in(Client(), cast.maya.user, second_factor=False)
    assert (
        "before the first dose" in client.get("/journal/checklists/").content.decode()
    )
    client.post(f"/journal/checklists/{row.pk}/0/", {"headache": "1"})
    with as_user(cast.maya.user):
        (filled,) = checklists.of_patient(cast.maya.pk)
    assert filled.local_date < TODAY + dt.timedelta(days=3)
    assert "A short checklist" not in today(cast, NOW)


def test_j17_a_start_far_ahead_asks_nothing_yet(cast):
    begins(cast, 60)
    assert "A short checklist" not in today(cast, NOW)


def test_j23_ten_measures_ship_beside_the_slots_that_wait_for_a_licence():
    shipped = instruments.all_instruments()
    assert len(shipped) >= 10
    assert {"phq9", "gad7", "phq2", "gad2", "pcl5"} <= set(shipped)
