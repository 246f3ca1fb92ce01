"""Case 113: phases change only by an agreed change, never by themselves."""

from uuid import uuid4

import pytest

from careplan.plan import phases
from careplan.plan.errors import PhaseNotAgreed
from careplan.plan.models import Phase
from careplan.plan.phases import PhaseFacts, PhaseName

WELL = PhaseFacts(in_remission_range=True)
SIX_MONTHS = PhaseFacts(
    in_remission_range=True, months_since_remission=6, staying_well_plan_signed=True
)
RELEASED = PhaseFacts(first_taper_step_released=True)


@pytest.mark.parametrize(
    ("current", "facts", "to"),
    [
        pytest.param("stabilise", WELL, "heal", id="case-113a"),
        pytest.param("heal", SIX_MONTHS, "maintain", id="case-113b"),
        pytest.param("maintain", RELEASED, "taper", id="case-113c"),
    ],
)
def test_a_next_phase_is_worth_proposing_and_comes_only_by_agreement(
    current, facts, to
):
    idea = phases.worth_proposing(PhaseName(current), facts)

    assert idea.to == to
    assert idea.because
    assert idea.source
    with pytest.raises(PhaseNotAgreed):
        phases.move(PhaseName(current), idea.to, agreed_version=None)
    assert phases.move(PhaseName(current), idea.to, agreed_version=uuid4()) == to


@pytest.mark.parametrize(
    ("current", "facts"),
    [
        ("stabilise", PhaseFacts()),
        ("heal", PhaseFacts(months_since_remission=5, staying_well_plan_signed=True)),
        ("heal", PhaseFacts(months_since_remission=9)),
        ("maintain", WELL),
        ("taper", SIX_MONTHS),
    ],
)
def test_otherwise_nothing_is_proposed(current, facts):
    assert phases.worth_proposing(PhaseName(current), facts) is None


def test_a_return_of_symptoms_may_lead_back_when_agreed():
    back = phases.move(PhaseName.HEAL, PhaseName.STABILISE, agreed_version=uuid4())

    assert back is PhaseName.STABILISE


def test_staying_in_a_phase_needs_no_agreement():
    assert phases.move(PhaseName.HEAL, PhaseName.HEAL, agreed_version=None) == "heal"


def test_the_names_are_those_the_plan_stores():
    assert [name.value for name in PhaseName] == Phase.values
