"""U2, E1: the door of the queue takes each check-in once, from its own person only."""

import datetime as dt
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from careplan.common import offline
from careplan.common.identity import acting_as, person
from journal.models import DoseAnswer, Entry, EntryNote, SideEffectReport
from patients import devices, sessions
from patients.adapters import DEVICE_COOKIE
from patients.models import Patient
from tests import factory

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 21, 14, 10, tzinfo=dt.UTC)
DOOR = "/check-in/offline/"


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def maya():
    return factory.patient()


@pytest.fixture
def phone(client, maya):
    client.force_login(maya.user)
    return client


def queued(record, *, ago=dt.timedelta(hours=3), **told):
    about = (NOW - ago).isoformat().replace("+00:00", "Z")
    plain = {"general": "1", "mood": "5", "client_id": str(uuid4()), "about": about}
    return plain | {"person": offline.mark(record.user)} | told


def rows(record, model=Entry):
    with acting_as(person(record.user_id, second_factor=False)):
        return list(model.objects.filter(patient=record))


def test_it_is_saved_as_written_on_the_phone_at_its_own_time(phone, maya):
    sent = queued(maya, taken="partly", note="By the lake", effects=["none"])
    answer = phone.post(DOOR, sent)
    assert (answer.status_code, answer.content) == (200, b"saved")
    (entry,) = rows(maya)
    assert (entry.source, entry.mood) == ("offline", 5)
    assert entry.occurred_at == NOW - dt.timedelta(hours=3)
    with acting_as(person(maya.user_id, second_factor=False)):
        assert [row.words for row in EntryNote.objects.all()] == ["By the lake"]
    (dose,) = rows(maya, DoseAnswer)
    assert (dose.answer, dose.medication_id) == ("partly", None)


def test_the_same_one_again_changes_nothing(phone, maya):
    sent = queued(maya)
    assert phone.post(DOOR, sent).content == b"saved"
    assert [phone.post(DOOR, sent).content for _ in range(3)] == [b"repeat"] * 3
    assert len(rows(maya)) == 1


def test_side_effects_come_with_their_strength(phone, maya):
    sent = queued(maya, effects=["nausea"], **{"strength-nausea": "2"})
    assert phone.post(DOOR, sent).status_code == 200
    (felt,) = rows(maya, SideEffectReport)
    assert (felt.code, felt.strength) == ("nausea", 2)


def test_an_answer_that_needs_help_says_where_help_is(phone, maya):
    sent = queued(maya, effects=["suicidal"])
    answer = phone.post(DOOR, sent).content.decode()
    assert answer.startswith("saved\n/support/")


def test_another_persons_check_in_is_refused(phone, maya):
    other = factory.patient("Ines Other")
    answer = phone.post(DOOR, queued(other))
    assert answer.status_code == 409
    assert "somebody else" in answer.content.decode()
    assert rows(maya) == rows(other) == []


def test_a_name_used_by_another_person_is_free_for_this_one(phone, maya, client):
    sent = queued(maya)
    phone.post(DOOR, sent)
    other = factory.patient("Ines Other")
    client.force_login(other.user)
    again = queued(other, client_id=sent["client_id"])
    assert client.post(DOOR, again).content == b"saved"
    assert len(rows(other)) == 1


@pytest.mark.parametrize(
    ("ago", "status", "words"),
    [
        (dt.timedelta(days=7, minutes=30), 200, "saved"),
        (dt.timedelta(days=7, hours=2), 410, "more than 7 days"),
        (dt.timedelta(minutes=-10), 200, "saved"),
        (dt.timedelta(minutes=-20), 422, "runs ahead"),
    ],
)
def test_what_waited_too_long_or_comes_too_early_is_refused_in_words(
    phone, maya, ago, status, words
):
    answer = phone.post(DOOR, queued(maya, ago=ago))
    assert (answer.status_code, words in answer.content.decode()) == (status, True)
    assert len(rows(maya)) == (status == 200)


@pytest.mark.parametrize(
    "broken",
    [
        {"about": "soon"},
        {"client_id": "7"},
        {"person": ""},
    ],
)
def test_bad_input_is_refused_in_one_plain_line(phone, maya, broken):
    answer = phone.post(DOOR, queued(maya, **broken))
    assert answer.status_code in {409, 422}
    assert answer["Content-Type"].startswith("text/plain")
    assert 5 < len(answer.content) < 200
    assert rows(maya) == []


@pytest.mark.parametrize(
    "broken",
    [
        {"mood": "9", "note": "By the lake"},
        {"taken": "perhaps", "note": "By the lake"},
        {"effects": ["made-up"], "note": "By the lake"},
    ],
)
def test_what_cannot_be_saved_is_not_lost_the_check_in_page_shows_it(
    phone, maya, broken
):
    answer = phone.post(DOOR, queued(maya, **broken))
    assert (answer.status_code, answer.content) == (200, b"kept\n/check-in/")
    assert rows(maya) == []
    assert "By the lake" in phone.get("/check-in/").content.decode()


def test_a_full_form_that_was_open_when_the_signal_went_is_taken_too(phone, maya):
    sent = queued(maya, life_event="Moved house", energy="2", day="2026-11-21")
    del sent["general"]
    assert phone.post(DOOR, sent).content == b"saved"
    (entry,) = rows(maya)
    assert (entry.mood, entry.energy, entry.source) == (5, 2, "offline")


def test_on_the_scale_with_two_sides_only_the_low_one_was_asked(phone, maya):
    with acting_as(person(maya.user_id, second_factor=False)):
        Patient.objects.filter(pk=maya.pk).update(mood_scale="elevated")
    assert phone.post(DOOR, queued(maya, mood="2")).content == b"saved"
    (entry,) = rows(maya)
    assert (entry.mood, entry.low, entry.high) == (None, 2, None)


def test_signed_out_it_answers_in_one_line_and_saves_nothing(client, maya):
    for answer in (client.get(DOOR), client.post(DOOR, queued(maya))):
        assert answer.status_code == 403
        assert "Sign in to send" in answer.content.decode()
    assert rows(maya) == []


def test_a_post_without_the_token_is_refused_and_with_it_taken(maya):
    phone = Client(enforce_csrf_checks=True)
    phone.force_login(maya.user)
    assert phone.post(DOOR, queued(maya)).status_code == 403
    mark, token = phone.get(DOOR).content.decode().split("\n")
    assert mark == offline.mark(maya.user)
    sent = queued(maya, csrfmiddlewaretoken=token)
    assert phone.post(DOOR, sent).content == b"saved"


def test_an_idle_session_on_a_remembered_device_may_still_send(phone, maya):
    token = devices.meet(maya.user, name="Phone", now=NOW)
    devices.remember(devices.known(maya.user, token), yes=True)
    phone.cookies[DEVICE_COOKIE] = token
    session = phone.session
    sessions.begin(session, staff=False, now=NOW - dt.timedelta(hours=2))
    session.save()
    assert phone.get("/journal/").status_code == 302
    assert phone.post(DOOR, queued(maya)).content == b"saved"


def test_a_clinician_without_a_record_has_no_queue(client):
    somebody = factory.clinician()
    client.force_login(somebody.user)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": 0}]
    session.save()
    assert client.get(DOOR).status_code == 404


@pytest.mark.parametrize(
    ("side", "low", "high"), [("2", 0, 2), ("-3", 3, 0), ("0", 0, 0)]
)
def test_a_phone_that_knows_both_sides_of_mood_sends_both(phone, maya, side, low, high):
    """J2: the phone's own form asks the high side of somebody who uses that scale."""
    with acting_as(person(maya.user_id, second_factor=False)):
        Patient.objects.filter(pk=maya.pk).update(mood_scale="elevated")
    told = queued(maya, side=side)
    del told["mood"]
    assert phone.post(DOOR, told).content == b"saved"
    (entry,) = rows(maya)
    assert (entry.scale, entry.mood, entry.low, entry.high) == (
        "elevated",
        None,
        low,
        high,
    )


def test_the_phone_learns_which_tiles_to_show_and_forgets_it_again(phone, maya):
    phone.post("/settings/device/offline/", {"checkins": "1"})
    assert 'data-keeps="c"' in phone.get("/today/").content.decode()
    phone.post("/journal/scales/", {"mood_scale": "elevated"})
    assert 'data-keeps="ch"' in phone.get("/today/").content.decode()
    phone.post("/journal/scales/", {"mood_scale": "standard"})
    assert 'data-keeps="c"' in phone.get("/today/").content.decode()
