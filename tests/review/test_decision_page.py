"""Decision points through the door: every leg side by side, one decision (N11, V2-V5)."""

from decimal import Decimal

import pytest

from careplan.common.identity import acting_as, system
from careplan.plan import ties
from careplan.plan.models import DoseStep, EarlySign, Plan, StayingWell, TaperPlan
from careplan.review.models import Decision
from tests.kept import kept
from tests.review import made
from tests.review.test_mixed_pages import taper

pytestmark = pytest.mark.django_db


team = kept(made.cast, at=made.NOW)


@pytest.fixture(autouse=True)
def _same_day(time_machine):
    time_machine.move_to(made.NOW, tick=False)


def trial(team, *, day=42, before=18, now=10, burden=0, answer="taken"):
    row = made.medicine(
        team.patient, team.ada, "Sertraline", [(day, 50)], purpose="low mood"
    )
    made.score(team.patient, "phq9", day, before)
    made.score(team.patient, "phq9", 2, now)
    if burden is not None:
        made.score(team.patient, "side_effect_burden", 2, None, answers=[1, 1, burden])
    made.doses(team.patient, row, range(28), answer=lambda _day: answer)
    return row


def at(team):
    return f"/c/people/{team.patient.pk}/decisions/"


def page(user, team, status=200):
    response = made.signed_in(user).get(at(team))
    assert response.status_code == status
    return response.content.decode()


def test_every_leg_stands_side_by_side_before_a_decision(team):
    """N11: dose and weeks at it, doses taken, sessions, homework, burden, scores."""
    trial(team)
    course = made.therapy(team.patient, team.sam, sessions=(35, 28, 21))
    made.homework(team.patient, team.sam, course, "Worry time", given=9, done=3)
    words = page(team.ada, team)
    for part in (
        "50 mg",
        "taken 28 of 28",
        "Sessions attended",
        "3 of 3",
        "Homework done",
        "1 of 1",
        "18 → 10",
        "Side-effect burden",
        "Draft reference",
        "Record the decision",
    ):
        assert part in words, part
    assert words.index("Side by side") < words.index("Record the decision")


CASES = [
    ({"before": 18, "now": 9}, "Go on and look again"),
    ({"before": 18, "now": 10}, "Look at the plan and at therapy"),
    ({"before": 18, "now": 10, "burden": 5}, "how well it is tolerated"),
    ({"before": 18, "now": 10, "burden": 3}, "Talk about side effects"),
    ({"before": 18, "now": 10, "answer": "missed"}, "taking the medicine first"),
    ({"before": 18, "now": 4}, "Move towards staying well"),
    ({"before": 18, "now": 10, "burden": None}, "Measure first"),
]


@pytest.mark.parametrize(("facts", "says"), CASES)
def test_the_table_is_read_from_the_record(team, facts, says):
    """V2, known answers 40-54 at week 6, gathered from real rows."""
    trial(team, **facts)
    assert says in page(team.ada, team)


def test_one_decision_a_point_with_the_figures_that_stood_there(team):
    trial(team)
    client = made.signed_in(team.ada)
    said = {"choice": "talk", "because": "Sleep is still poor."}
    assert client.post(at(team), said).status_code == 302
    again = client.post(at(team), said)
    assert again.status_code == 200
    assert b"recorded for this point already" in again.content
    with made.as_user(team.ada):
        row = Decision.objects.get()
        assert row.point == "DP6"
        assert ["PHQ-9 now", "10"] in row.inputs
    assert "Sleep is still poor." in page(team.sam, team)


def test_nothing_is_decided_while_something_is_missing(team):
    """N11: a missing measure stands before any decision."""
    trial(team, burden=None)
    assert "Record the decision" not in page(team.ada, team)
    said = {"choice": "talk", "because": "I want to."}
    assert made.signed_in(team.ada).post(at(team), said).status_code == 200
    with made.as_user(team.ada):
        assert not Decision.objects.exists()


def test_it_is_for_clinicians_with_the_scores_only():
    """V3: nothing of it on a patient's page."""
    team = made.cast(sam_topics=["plan", "therapy"])
    trial(team)
    assert page(team.maya, team, 403)
    assert page(team.sam, team, 403)
    assert page(made.cast(name="Else").ada, team, 404)
    with made.as_user(team.maya):
        assert not Decision.objects.exists()


@pytest.mark.parametrize(
    "said", [{}, {"choice": "x", "because": "\x00"}, {"because": "y" * 10_000}]
)
def test_bad_answers_get_a_sentence(team, said):
    trial(team)
    response = made.signed_in(team.ada).post(at(team), said)
    assert response.status_code == 200
    assert b"This field is required" not in response.content


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("mood_below:3", ("mood", True, Decimal(3))),
        ("sleep_above:10.5", ("sleep", False, Decimal("10.5"))),
        ("", None),
        ("mood_sideways:3", None),
        ("weight_below:3", None),
        ("mood_below:NaN", None),
        ("mood_below:", None),
    ],
)
def test_a_sign_is_tied_by_a_short_rule(text, what):
    """V4, L7."""
    found = ties.read(text)
    told = None if found is None else (found.what, found.is_below, found.limit)
    assert told == what


def sign(team, tied_to):
    with acting_as(system("apply")):
        row = EarlySign(
            patient=team.patient,
            words="I stop answering friends",
            therapist_does="Call within two days",
            prescriber_does="Check the dose",
            tied_to=tied_to,
        )
        row.save(force_insert=True)
    return row


def test_a_met_sign_shows_each_clinician_their_own_act(team):
    """N13: a sign tied to live data, an act for each."""
    trial(team)
    sign(team, "mood_below:3")
    made.entries(team.patient, range(7), mood=lambda _day: 2)
    assert "Met now" in page(team.ada, team)
    assert "Check the dose" in page(team.ada, team)
    assert "Call within two days" in page(team.sam, team)


def test_a_sign_without_enough_days_is_not_met(team):
    trial(team)
    sign(team, "mood_below:3")
    made.entries(team.patient, range(2), mood=lambda _day: 1)
    words = page(team.ada, team)
    assert "not enough logged" in words
    assert "Met now" not in words


def test_what_goes_with_what_is_silent_below_fourteen_days(team):
    """V5: number of days, strength, not a cause."""
    trial(team)
    made.entries(team.patient, range(13), mood=lambda day: 2 + day % 3)
    made.effects(team.patient, "nausea", range(0, 13, 2))
    assert "Fewer than 14 days" in page(team.ada, team)
    made.entries(team.patient, range(13, 40), mood=lambda day: 5 - day % 2)
    words = page(team.ada, team)
    assert "not a cause" in words.casefold()


def test_sleep_practices_and_missed_doses_are_factors_too(team):
    """V5: days, strength and "not a cause" for each; elsewhere nothing of it."""
    row = trial(team)
    days = range(1, 31)
    made.entries(team.patient, days, mood=lambda day: 6 if day % 2 else 3)
    for day in days:
        made.nights(team.patient, [day], hours=8 if day % 2 else 5)
    made.practices(team.patient, [day for day in days if day % 2])
    words = page(team.ada, team)
    assert (
        "Hours of sleep and Mood: strong, together, over 30 days; not a cause" in words
    )
    assert "Moving about and Mood: strong, together, over 30 days; not a cause" in words
    told = made.signed_in(team.maya).get("/timeline/").content.decode()
    assert "not a cause" not in told
    assert row is None or row


@pytest.mark.parametrize(
    ("day", "point"),
    [(14, "week 2"), (28, "week 4"), (42, "week 6"), (63, "week 9"), (84, "week 12")],
)
def test_each_point_opens_by_itself_in_its_window(team, day, point):
    """V2: weeks 2, 4, 6, 9 and 12."""
    made.medicine(team.patient, team.ada, "Sertraline", [(day, 50)])
    assert point in page(team.ada, team)


IDEA = "A phase change may be worth proposing"


def in_phase(team, name):
    with acting_as(system("apply")):
        Plan.objects.update_or_create(
            patient=team.patient, defaults={"phase": name, "phase_since": made.ago(90)}
        )


@pytest.mark.parametrize(
    ("phase", "now", "because"),
    [
        pytest.param("stabilise", 4, "PHQ-9 is below 5", id="case-113a"),
        ("stabilise", 5, None),
        ("maintain", 4, None),
        ("", 4, None),
    ],
)
def test_a_next_phase_is_named_with_rule_and_source_and_moves_by_agreement(
    team, phase, now, because
):
    """L14: the clinicians' page says it, with what was read, and changes nothing."""
    trial(team, now=now)
    in_phase(team, phase)
    words = page(team.ada, team)
    assert (IDEA in words) is (because is not None)
    for part in (because, "GermanIMPACT", f"PHQ-9 {now} on", "propose/phase/"):
        assert because is None or part in words
    with made.as_user(team.ada):
        assert Plan.objects.get(patient=team.patient).phase == phase


@pytest.mark.parametrize(
    ("months_ago", "is_signed", "is_said"),
    [(200, True, True), (150, True, False), (200, False, False)],
)
def test_maintaining_is_named_half_a_year_on_with_a_staying_well_plan(
    team, months_ago, is_signed, is_said
):
    """Case 113: six months in the remission range, none of them above it between."""
    trial(team, day=300, now=3)
    made.score(team.patient, "phq9", months_ago, 4)
    made.score(team.patient, "phq9", 40, None)  # unfinished: no total, breaks nothing
    in_phase(team, "heal")
    if is_signed:
        with acting_as(system("apply")):
            StayingWell.objects.create(patient=team.patient, learned="Sleep matters.")
    assert ("the staying well plan is signed" in page(team.ada, team)) is is_said


def test_a_taper_that_has_begun_names_its_phase(team):
    """Case 113: the first taper step released, in any phase."""
    row = taper(team)
    in_phase(team, "maintain")
    assert IDEA not in page(team.ada, team)
    with acting_as(system("apply")):
        DoseStep.objects.filter(medication=row, order=3).update(
            state="released", released_at=made.NOW, released_by=team.ada
        )
    assert "the first taper step is released" in page(team.ada, team)
    with acting_as(system("apply")):
        TaperPlan.objects.filter(medication=row).update(state="cancelled")
    assert IDEA not in page(team.ada, team)
