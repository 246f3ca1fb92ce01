"""J11, J17, J24: checklists compared with their baseline; seconds as a figure only."""

import datetime as dt

import pytest
import time_machine
from django.test import Client

from journal import checklists, medicines, timings
from journal.models import BaselineChecklist, CheckinTiming
from tests import factory
from tests.journal import made
from tests.journal.made import NOW, TODAY, as_user, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock():
    with time_machine.travel(NOW, tick=False):
        yield


def test_j17_a_start_asks_and_two_weeks_later_it_is_compared(client, cast):
    fresh = made.medicine(cast.maya, cast.okafor, "Mirtazapine", doses=(15,), changed=0)
    maya = signed_in(client, cast.maya.user)
    assert "Checklist at the start" in maya.get("/journal/checklists/").content.decode()
    url = f"/journal/checklists/{fresh.pk}"
    maya.post(f"{url}/0/", {"headache": "1", "drowsiness": "0"})
    maya.post(f"{url}/2/", {"headache": "1", "drowsiness": "3"})
    page = signed_in(Client(), cast.okafor).get(
        f"/p/{cast.maya.pk}/journal/checklists/"
    )
    text = page.content.decode()
    assert "Week 2" in text
    assert "strong" in text
    with as_user(cast.maya.user):
        assert BaselineChecklist.objects.count() == 2


def test_j17_what_is_due_follows_from_the_first_dose(cast):
    with as_user(cast.maya.user):
        known = medicines.of_patient(cast.maya.pk, day=TODAY)
    first = min(step.started_on for step in known[0].steps)
    for days, week in ((0, 0), (14, 2), (42, 6), (84, 12)):
        (row,) = checklists.due(known, [], today=first + dt.timedelta(days=days))
        assert row.week == week
    assert checklists.due(known, [], today=first + dt.timedelta(days=30)) == []


@pytest.mark.parametrize("typed", [{}, {"headache": "9"}, {"headache": "x\0"}])
def test_j17_bad_input_is_answered(client, cast, typed):
    signed_in(client, cast.maya.user)
    url = f"/journal/checklists/{cast.sertraline.pk}/0/"
    assert client.post(url, typed).status_code == 200
    assert client.get(f"/journal/checklists/{cast.sertraline.pk}/5/").status_code == 404


def test_j11_a_practice_reads_a_figure_and_only_with_enough_people(cast):
    post = cast.okafor.clinician_posts.get()
    people = [cast.maya, *(factory.patient(f"P{n}") for n in range(2))]
    for person in people[1:]:
        factory.member(person, post)
    for number in range(21):
        patient = people[number % 3]
        with as_user(patient.user):
            CheckinTiming(patient=patient, seconds=number + 1, local_date=TODAY).save(
                force_insert=True
            )
    figure = timings.of_organisation(post.organisation_id, today=TODAY)
    assert (figure.checkins, figure.median, figure.p90) == (21, 11, 19)
    page = signed_in(Client(), cast.okafor).get("/c/check-in-time/").content.decode()
    assert "11 seconds" in page
    other = factory.clinician()
    assert timings.of_organisation(other.organisation_id, today=TODAY).median is None
    assert (
        signed_in(Client(), cast.maya.user).get("/c/check-in-time/").status_code == 404
    )
