"""A sign is tied to live data by the patient, and read from it (L7, L8, N13)."""

from decimal import Decimal
from uuid import uuid4

import pytest

from careplan.plan import own_part, plans
from careplan.plan.medications import By
from careplan.plan.models import EarlySign, PlanVersion
from careplan.plan.proposals import Change
from careplan.review import signs, watching
from careplan.team.models import Alert
from journal.models import Entry, Tracker, TrackerValue
from tests.kept import kept
from tests.review import made

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _same_day(time_machine):
    time_machine.move_to(made.NOW, tick=False)


team = kept(made.cast, at=made.NOW)


def own(team, **more) -> EarlySign:
    """A sign in the plan, written by the patient."""
    values = {"words": "I stop calling", "level": "early", "i_do": "Call Priya", **more}
    with made.as_user(team.maya):
        plan = plans.plan_of(team.patient)
        own_part.change(
            plan, by=By(team.maya, "patient"), changes=[Change("early_sign", values)],
            base_number=plan.number, now=made.NOW,
        )  # fmt: skip
        return EarlySign.objects.get(words="I stop calling", ended_at=None)


def tracker(team, values, *, private=False, name="Calls to friends") -> Tracker:
    """A tracker of her own with a value on each of these last days."""
    with made.as_user(team.maya):
        row = Tracker(patient=team.patient, kind="number", is_private=private)
        row.name = name
        row.save(force_insert=True)
        for day, value in enumerate(values):
            (entry,) = _entry(team, day, private=private)
            TrackerValue(
                patient=team.patient, entry=entry, tracker=row, value=Decimal(value),
                occurred_at=made.at(day), local_date=made.ago(day), is_private=private,
            ).save(force_insert=True)  # fmt: skip
    return row


def _entry(team, day, *, private):
    row = Entry(
        patient=team.patient, client_id=uuid4(), occurred_at=made.at(day),
        local_date=made.ago(day), zone=made.ZONE, written_at=made.at(day),
        is_private=private,
    )  # fmt: skip
    row.save(force_insert=True)
    return [row]


def read_by(team, user) -> signs.Sign:
    with made.as_user(user):
        rows = list(EarlySign.objects.filter(patient=team.patient, ended_at=None))
        (sign,) = signs.signs(rows, today=made.TODAY)
    return sign


def address(team, sign) -> str:
    return f"/p/{team.patient.pk}/plan/signs/{sign.pk}/shown-by/"


def test_the_patient_ties_a_sign_to_her_own_tracker(team):
    """L7: chosen from a list on her page, kept in the plan with its words."""
    row, sign = tracker(team, [1]), own(team)
    maya = made.signed_in(team.maya)
    staying = maya.get(f"/p/{team.patient.pk}/plan/staying-well/").content.decode()
    assert address(team, sign) in staying
    form = maya.get(address(team, sign)).content.decode()
    for offered in ("Calls to friends", "Hours of sleep", "measure:phq9", "effect:"):
        assert offered in form
    given = {"source": f"tracker:{row.pk}", "way": "below", "limit": "2"}
    sent = maya.post(address(team, sign), given | {"base_number": "1"})
    assert sent.status_code == 302, sent.content.decode()
    after = maya.get(sent.url).content.decode()
    assert "Calls to friends below 2" in after
    with made.as_user(team.maya):
        sign.refresh_from_db()
        assert (sign.words, sign.i_do) == ("I stop calling", "Call Priya")
        assert PlanVersion.objects.filter(patient=team.patient).count() == 2


def test_a_half_filled_tie_is_refused_and_a_stale_one_keeps_both(team):
    """L7: each blank has its sentence; 409 when the plan moved on."""
    sign = own(team)
    maya = made.signed_in(team.maya)
    half = maya.post(address(team, sign), {"source": "sleep"})
    assert half.status_code == 422
    assert "Choose below or above" in half.content.decode()
    assert "Enter a number, such as 3" in half.content.decode()
    whole = {"source": "sleep", "way": "below", "limit": "6"}
    stale = maya.post(address(team, sign), whole | {"base_number": "0"})
    assert stale.status_code == 409
    odd = maya.post(address(team, sign), whole | {"source": "tracker:nobody"})
    assert odd.status_code == 422


def test_nobody_else_ties_it_and_a_private_tracker_is_not_offered(team):
    """L7."""
    tracker(team, [1], private=True, name="Secret")
    sign = own(team)
    for user in (team.sam, team.ada):
        assert made.signed_in(user).get(address(team, sign)).status_code == 403
    words = made.signed_in(team.maya).get(address(team, sign)).content.decode()
    assert "Secret" not in words


def test_a_tie_is_taken_off_again(team):
    """L7."""
    sign = own(team, tied_to="mood_below:3")
    maya = made.signed_in(team.maya)
    assert maya.post(address(team, sign), {"source": ""}).status_code == 302
    with made.as_user(team.maya):
        sign.refresh_from_db()
    assert sign.tied_to == ""


def tied_to_tracker(team):
    row = tracker(team, [1, 1, 2])
    own(team, tied_to=f"tracker_below:{row.pk}:2", tied_name="Calls to friends")
    return "Calls to friends, mean of 7 days: 1.3. Agreed limit: below 2."


def tied_to_effect(team):
    made.effects(team.patient, "insomnia", range(0, 4, 3))
    own(team, tied_to="effect_above:insomnia:0", tied_name="Trouble sleeping")
    return "Trouble sleeping, strongest of 7 days:"


def tied_to_measure(team):
    made.score(team.patient, "phq9", 50, 4)
    made.score(team.patient, "phq9", 10, 12)
    own(team, tied_to="measure_above:phq9:9", tied_name="PHQ-9")
    return "PHQ-9, newest of 8 weeks: 12. Agreed limit: above 9."


def tied_to_sleep(team):
    made.nights(team.patient, range(4), hours=5)
    own(team, tied_to="sleep_below:6")
    return "Mean hours of sleep: 5"


@pytest.mark.parametrize(
    "tied", [tied_to_tracker, tied_to_effect, tied_to_measure, tied_to_sleep]
)
def test_each_source_meets_its_sign_for_clinician_and_task_alike(team, tied):
    """L7, L8, N13: a tracker, a side effect, a form, sleep."""
    basis = tied(team)
    sign = read_by(team, team.ada)
    assert sign.is_met
    assert sign.basis.startswith(basis)
    assert watching.watch(now=made.NOW) == 1
    with made.as_user(team.sam):
        assert Alert.objects.filter(ground__startswith="sign:").count() == 1


def test_private_days_and_another_tracker_count_for_nothing(team):
    """L7, N13: decisions 16."""
    row = tracker(team, [1, 1])
    tracker(team, [0, 0, 0, 0], name="Another")
    own(team, tied_to=f"tracker_below:{row.pk}:2", tied_name="Calls to friends")
    assert read_by(team, team.maya).value is None
    assert watching.watch(now=made.NOW) == 0


def test_a_clinician_without_the_topic_reads_no_figure():
    """N13: the sign is the plan's; the figure lies under its own consent."""
    team = made.cast(sam_topics=["plan", "therapy"])
    made.nights(team.patient, range(4), hours=5)
    own(team, tied_to="sleep_below:6")
    sign = read_by(team, team.sam)
    assert (sign.value, sign.is_met) == (None, False)
    assert read_by(team, team.ada).is_met
