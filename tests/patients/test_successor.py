"""When a clinician leaves, the patient is asked about the one named (O1, P8)."""

import pytest
from django.utils import timezone

from careplan.common.identity import acting_as, person
from patients.models import CareTeamMember, Patient
from tests import factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def left():
    maya, sam = factory.patient(), factory.clinician("therapist", "Sam Lind")
    member = factory.member(maya, sam, topics=["mood", "plan"])
    new = factory.clinician("therapist", "Noa Berg")
    sam.successor, sam.left_at = new, timezone.now()
    sam.save(update_fields=["successor", "left_at"])
    return maya, member, new


def visible_to(post) -> int:
    with acting_as(person(post.user_id, second_factor=True)):
        return Patient.objects.count()


def test_o1_the_named_successor_sees_nothing_until_the_patient_says_yes(browser, left):
    maya, member, new = left
    client = browser(maya.user)
    path = f"/sharing/{member.pk}/successor/"
    assert path in client.get("/sharing/").content.decode()
    assert "Noa Berg" in client.get(path).content.decode()
    assert visible_to(new) == 0
    assert client.post(path, {"topics": ["plan"]}).url == "/sharing/"
    assert visible_to(new) == 1
    with acting_as(person(maya.user_id, second_factor=False)):
        team = CareTeamMember.objects.filter(patient=maya, state="active")
        assert [(m.user_id, m.topics) for m in team] == [(new.user_id, ["plan"])]
    assert client.get(path).status_code == 404
    assert path not in client.get("/sharing/").content.decode()


def test_o1_nobody_else_answers_and_a_suspended_successor_is_not_offered(browser, left):
    maya, member, new = left
    path = f"/sharing/{member.pk}/successor/"
    other = browser(factory.patient("Noor").user)
    assert other.post(path, {"topics": ["plan"]}).status_code == 404
    by_new = browser(new.user, second_factor=True)
    assert by_new.post(path, {"topics": ["plan"]}).status_code == 404
    new.suspended_at = timezone.now()
    new.save(update_fields=["suspended_at"])
    assert browser(maya.user).get(path).status_code == 404
