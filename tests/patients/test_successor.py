"""When a clinician leaves, the patient is asked about the one named (O1, P8)."""

import pytest
from django.utils import timezone

from careplan.common.identity import acting_as, person, system
from careplan.outbox.models import Message
from patients import succession
from patients.models import CareTeamMember, Patient, SuccessorAnswer
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


def test_o1_not_now_is_written_down_changes_nothing_and_yes_stays_open(browser, left):
    maya, member, new = left
    client = browser(maya.user)
    path = f"/sharing/{member.pk}/successor/"
    assert client.post(path, {"not_now": "1"}).url == "/sharing/"
    with acting_as(person(maya.user_id, second_factor=False)):
        (said,) = SuccessorAnswer.objects.all()
        assert (said.accepted, said.successor_id) == (False, new.pk)
    assert visible_to(new) == 0
    assert "you said: not now" in client.get("/sharing/").content.decode()
    assert client.post(path, {"topics": ["plan"]}).url == "/sharing/"
    with acting_as(person(maya.user_id, second_factor=False)):
        answers = SuccessorAnswer.objects.order_by("answered_at")
        assert [row.accepted for row in answers] == [False, True]


def test_o1_patients_are_told_in_neutral_words_when_a_successor_is_named(browser, left):
    maya, member, new = left
    post = member.clinician
    new.organisation = post.organisation
    new.save(update_fields=["organisation"])
    admin = factory.administrator(post.organisation)
    client = browser(admin, second_factor=True)
    page = f"/manage/accounts/{post.pk}/successor/"
    answer = client.post(page, {"successor": new.pk}, follow=True)
    assert "Maya" not in answer.content.decode()
    with acting_as(system("metrics")):
        (told,) = Message.objects.filter(recipient=maya.user_id, kind="successor")
    assert "Lind" not in told.subject + told.body
    assert "/sharing/" in told.body
    assert succession.tell_patients(post, now=timezone.now()) == 1
    with acting_as(system("metrics")):
        assert Message.objects.filter(kind="successor").count() == 1


def test_o1_nobody_but_the_patient_says_not_now(browser, left):
    _maya, member, new = left
    path = f"/sharing/{member.pk}/successor/"
    for user in (factory.patient("Noor").user, new.user, member.user):
        client = browser(user, second_factor=True)
        assert client.post(path, {"not_now": "1"}).status_code == 404
    with acting_as(person(member.patient.user_id, second_factor=False)):
        assert not SuccessorAnswer.objects.exists()
