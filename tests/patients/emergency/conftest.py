"""Maya, who has one clinical row, and two whom an emergency opens her record for."""

import pytest

from careplan.common import clock
from journal.models import LifeEvent
from tests import factory
from tests.patients.emergency.acts import as_patient, was_there


@pytest.fixture
def maya():
    """A patient with one clinical row, which an emergency opens."""
    maya = factory.patient()
    now = clock.now()
    with as_patient(maya):
        LifeEvent(
            patient=maya,
            author=maya.user,
            author_role="patient",
            words="A new job",
            local_date=now.date(),
            written_at=now,
        ).save(force_insert=True)
    return maya


@pytest.fixture
def sam(maya):
    """A therapist who was on Maya's team and is not any more."""
    post = factory.clinician("therapist", "Sam Lind")
    was_there(maya, post)
    return post


@pytest.fixture
def ada(maya):
    """The prescriber, who may see the plan and nothing else."""
    post = factory.clinician("prescriber", "Dr Ada Okafor")
    factory.member(maya, post, topics=["plan"])
    return post
