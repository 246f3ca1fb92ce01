"""Pages that mix rooms: inbox, a medicine's reports, releasing a step, figures."""

from decimal import Decimal

import pytest

from careplan.common.identity import acting_as, person, system
from careplan.plan.models import DoseStep, MonitoringItem, TaperPlan
from careplan.team import stopping
from patients.models import AccessEvent, User
from tests import factory
from tests.kept import kept
from tests.review import made

pytestmark = pytest.mark.django_db


team = kept(made.cast, at=made.NOW)


@pytest.fixture(autouse=True)
def _same_day(time_machine):
    time_machine.move_to(made.NOW, tick=False)


def page(user, address, status=200):
    response = made.signed_in(user).get(address)
    assert response.status_code == status, address
    return response.content.decode()


def taper(team, *, days=20):
    """Sertraline at 50 mg for `days`, 25 mg planned in a taper."""
    row = made.medicine(
        team.patient, team.ada, "Sertraline", [(days + 90, 100), (days, 50)]
    )
    with acting_as(system("apply")):
        plan = TaperPlan(
            patient=team.patient,
            medication=row,
            hold_rule="Hold when it is hard.",
            step_back_rule="Go back when it is very hard.",
            watch_until=made.ago(-90),
        )
        plan.save(force_insert=True)
        DoseStep(
            patient=team.patient,
            medication=row,
            taper=plan,
            order=3,
            amount=Decimal(25),
            state="planned",
            not_before=made.TODAY,
        ).save(force_insert=True)
    return row


def check(team, day, symptom=0, new=(), life=0):
    answers = [symptom, *[0] * 9, list(new), life, 1]
    return made.score(team.patient, "withdrawal_check", day, None, answers=answers)


def release(team, row):
    return f"/c/people/{team.patient.pk}/medicines/{row.pk}/release/"


@pytest.mark.parametrize(
    ("days", "checked", "symptom", "says"),
    [
        (20, None, 0, "No withdrawal check in the last 7 days"),
        (20, 8, 0, "No withdrawal check in the last 7 days"),
        (20, 2, 0, "Nothing here speaks against the step"),
        (13, 2, 0, "shortest time between two steps"),
        (20, 2, 2, "A symptom is moderate"),
        (20, 2, 3, "A symptom is strong"),
    ],
)
def test_the_gate_reads_the_record(team, days, checked, symptom, says):
    """Cases 92-96, gathered from real rows; the prescriber sees every input."""
    row = taper(team, days=days)
    if checked is not None:
        check(team, checked, symptom)
    assert says in page(team.ada, release(team, row))


def test_a_hold_is_passed_only_with_a_written_reason(team):
    row = taper(team)
    client = made.signed_in(team.ada)
    refused = client.post(release(team, row), {"reason": ""})
    assert refused.status_code == 422
    assert b"Write why you go on" in refused.content
    passed = client.post(release(team, row), {"reason": "She is well, seen today."})
    assert passed.status_code == 302
    with made.as_user(team.ada):
        step = DoseStep.objects.get(order=3)
        assert step.released_by_id == team.ada.pk
        assert step.release_override == "She is well, seen today."


def test_a_look_at_going_back_is_passed_by_no_reason(team):
    """R5, clinical.md 6: the prescriber may override `hold`, and that alone."""
    row = taper(team)
    check(team, 2, 3)
    words = page(team.ada, release(team, row))
    assert "A reason does not pass this" in words
    assert f"medicine/{row.pk}/step_back/" in words
    assert "Release this step" not in words
    refused = made.signed_in(team.ada).post(release(team, row), {"reason": "Go on."})
    assert refused.status_code == 422
    assert b"a reason does not pass it" in refused.content
    with made.as_user(team.ada):
        assert DoseStep.objects.get(order=3).state == "planned"
    check(team, 0, 0)  # a new answer, not a reason, is what the check reads
    assert "Nothing here speaks against the step" in page(team.ada, release(team, row))


def test_a_reason_is_called_optional_only_where_the_check_speaks_for_the_step(team):
    row = taper(team)
    check(team, 1, 0)
    assert "(optional)" in page(team.ada, release(team, row))
    check(team, 0, 2)
    words = page(team.ada, release(team, row))
    assert "(optional)" not in words
    assert "so a reason is needed" in words


def test_only_the_prescriber_releases(team):
    row = taper(team)
    page(team.sam, release(team, row), 403)
    page(team.maya, release(team, row), 403)
    page(made.cast(name="Else").ada, release(team, row), 404)


def test_a_medicine_shows_what_was_tied_to_it_and_says_timing_is_not_cause():
    """N2: day k after the change, for all three; not shared is said kindly."""
    team = made.cast(sam_topics=["medicines", "plan"])
    row = made.story(team)
    address = f"/p/{team.patient.pk}/plan/medicines/{row.pk}/reports/"
    for user in (team.maya, team.ada):
        words = page(user, address)
        assert "Day 1 after sertraline 50 → 100" in words
        assert "does not mean coming from it" in words
    hidden = page(team.sam, address)
    assert "does not share side effects" in hidden
    assert "Day 1" not in hidden
    assert page(team.maya, f"/plan/medicines/{row.pk}/reports/")
    page(made.cast(name="Else").ada, address, 404)


def test_a_private_report_is_the_patients_alone(team):
    row = made.medicine(team.patient, team.ada, "Sertraline", [(20, 50)])
    made.effects(team.patient, "nausea", [3], suspected=[row.pk], is_private=True)
    address = f"/p/{team.patient.pk}/plan/medicines/{row.pk}/reports/"
    assert "Nothing was reported" in page(team.ada, address)
    assert "Nothing was reported" not in page(team.maya, address)


def test_the_inbox_calls_one_person_by_one_name(team):
    """What she wrote and what her plan waits for stand under the caseload's name."""
    User.objects.filter(pk=team.maya.pk).update(preferred_name="Maya")
    taper(team)
    with acting_as(person(team.maya.pk, second_factor=False)):
        stopping.say(
            patient=team.patient,
            medicine_label="Sertraline",
            reasons=["worry"],
            words="I feel flat.",
            now=made.NOW,
        )
    words = page(team.ada, "/c/inbox/")
    assert words.count('<th scope="row" class="said">Maya Raman</th>') == 2
    assert ">Maya</th>" not in words


def test_the_inbox_counts_as_a_look_at_those_it_lists_alone(team):
    """B1: a person of whom nothing was shown was not looked at."""
    quiet = factory.patient("Noor Haddad")
    factory.member(quiet, team.ada.clinician_posts.get())
    page(team.ada, "/c/inbox/")
    taper(team)
    page(team.ada, "/c/inbox/")
    looks = looks_by(team.maya, team.patient), looks_by(quiet.user, quiet)
    assert looks == (1, 0)


def looks_by(owner, patient) -> int:
    with acting_as(person(owner.pk, second_factor=False)):
        return AccessEvent.objects.filter(patient=patient, part="inbox").count()


def test_the_inbox_says_what_waits_and_for_whom(team):
    assert "Nothing is waiting" in page(team.ada, "/c/inbox/")
    taper(team)
    words = page(team.ada, "/c/inbox/")
    assert "Maya Raman" in words
    assert "Step due" in words
    assert "Look at the step" in words
    assert "Step due" not in page(team.sam, "/c/inbox/")
    page(team.maya, "/c/inbox/", 404)


@pytest.mark.parametrize(
    ("days", "tag", "since"),
    [
        (735, "Check overdue", "16 Nov 2024"),
        (1, "Check overdue", "20 Nov"),
        (0, "Check due", "21 Nov"),
        (-2, "Check due", "Due 23 Nov"),
    ],
)
def test_inbox_and_caseload_call_a_check_overdue_from_the_day_after(
    team, days, tag, since
):
    """The day is the patient's own; the inbox says since when, with the year where
    it is long ago, or that it is to come."""
    check_due(team, made.ago(days))
    inbox, caseload = page(team.ada, "/c/inbox/"), page(team.ada, "/c/caseload/")
    for words in (inbox, caseload):
        assert tag in words
        assert ("Check overdue" in words) is (tag == "Check overdue")
    assert f'<td data-label="Since">{since}</td>' in inbox


def check_due(team, due_on):
    taken = made.medicine(team.patient, team.ada, "Lithium", [(90, 400)])
    with acting_as(system("apply")):
        MonitoringItem(
            patient=team.patient, medication=taken, rule_id="level",
            when="Every 3 months", what="Lithium level", source="-", due_on=due_on,
        ).save(force_insert=True)  # fmt: skip


def test_figures_hide_groups_under_ten_and_name_nobody():
    """V11."""
    post = factory.clinician("prescriber", "Dr Ten")
    for number in range(9):
        patient = factory.patient(f"Person {number}")
        factory.member(patient, post)
        made.score(patient, "phq9", 40, 18)
        made.score(patient, "phq9", 2, 4)
    words = page(post.user, "/c/figures/")
    assert "fewer than 10" in words
    assert "100 %" not in words
    patient = factory.patient("Person ten")
    factory.member(patient, post)
    made.score(patient, "phq9", 40, 18)
    made.score(patient, "phq9", 2, 4)
    words = page(post.user, "/c/figures/")
    assert "100 %" in words
    assert "Person" not in words
    page(factory.patient().user, "/c/figures/", 404)


def test_figures_count_the_whole_practice_and_no_other():
    """V11: per organisation, with response, remission, time to target, contacts,
    no-shows and check-in seconds; only what a person shares is counted."""
    first = factory.clinician("prescriber", "Dr Five")
    second = factory.clinician("therapist", "Dr Six")
    with acting_as(system("apply")):
        second.organisation = first.organisation
        second.save(update_fields=["organisation"])
    for number in range(12):
        post = first if number % 2 else second
        patient = factory.patient(f"Person {number}")
        factory.member(patient, post)
        made.score(patient, "phq9", 40, 18)
        made.score(patient, "phq9", 2, 4)
        made.visit(patient, post.user, post.profession, 9, state="held")
        made.visit(patient, post.user, post.profession, 5, state="missed")
    closed = factory.patient("Person apart")
    factory.member(closed, first, topics=["plan"])
    made.score(closed, "phq9", 40, 18)
    made.score(closed, "phq9", 2, 17)
    words = page(first.user, "/c/figures/")
    assert words.count("100 %") == 2, "response and remission, both posts counted"
    assert "5 weeks" in words
    assert "of 12 people in 90 days" in words
    assert "Time of a check-in" in words
    assert "Person" not in words
    other = factory.clinician("prescriber", "Dr Elsewhere")
    assert "fewer than 10" in page(other.user, "/c/figures/")
