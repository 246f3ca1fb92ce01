"""N6, P9: a concern needs the patient's yes, has an owner, and has an end."""

import datetime as dt

import pytest

from careplan.common.identity import acting_as, person
from careplan.team import concerns
from careplan.team.models import Concern
from patients import consents
from tests import factory

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)


def as_user(user):
    return acting_as(person(user.pk, second_factor=True))


@pytest.fixture
def team():
    maya = factory.patient()
    therapist = factory.clinician("therapist", "Sam Lind")
    prescriber = factory.clinician("prescriber", "Dr Ada Okafor")
    factory.member(maya, therapist)
    factory.member(maya, prescriber)
    with as_user(maya.user):
        consents.let_clinicians_talk(maya, granted=True, by=maya.user, now=NOW)
    return maya, therapist.user, prescriber.user


def asked(maya, therapist, prescriber):
    with as_user(therapist):
        return concerns.raise_concern(
            patient=maya,
            by=therapist,
            role="therapist",
            owner=prescriber,
            question="She is sleepy until noon. Could the timing change?",
            now=NOW,
        )


def test_a_concern_is_answered_by_its_owner_and_read_by_the_patient(team):
    maya, therapist, prescriber = team
    concern = asked(maya, therapist, prescriber)
    with as_user(prescriber):
        concerns.answer(
            concern, by=prescriber, role="prescriber", text="Earlier dose?", now=NOW
        )
    with as_user(maya.user):
        mine = Concern.objects.get()
        assert mine.state == Concern.State.ANSWERED
        assert mine.notes.get().text == "Earlier dose?"


def test_unanswered_consent_means_no():
    maya, post = factory.patient(), factory.clinician()
    factory.member(maya, post)
    with as_user(post.user), pytest.raises(concerns.MayNotTalk):
        concerns.raise_concern(
            patient=maya,
            by=post.user,
            role="therapist",
            owner=post.user,
            question="May I ask?",
            now=NOW,
        )


def test_withdrawn_consent_hides_the_thread_from_clinicians(team):
    maya, therapist, prescriber = team
    asked(maya, therapist, prescriber)
    with as_user(maya.user):
        consents.let_clinicians_talk(maya, granted=False, by=maya.user, now=NOW)
        assert Concern.objects.count() == 1
    with as_user(prescriber):
        assert Concern.objects.count() == 0


def test_it_ends_with_a_reason_or_a_version_and_can_be_opened_again(team):
    maya, therapist, prescriber = team
    concern = asked(maya, therapist, prescriber)
    with as_user(prescriber):
        with pytest.raises(concerns.EmptyWords):
            concerns.close_without_change(
                concern, by=prescriber, role="prescriber", because=" ", now=NOW
            )
        concerns.close(
            concern, by=prescriber, role="prescriber", version_number=7, now=NOW
        )
        with pytest.raises(concerns.AlreadyClosed):
            concerns.answer(
                concern, by=prescriber, role="prescriber", text="More", now=NOW
            )
    with as_user(therapist):
        again = concerns.reopen(
            concern, by=therapist, role="therapist", why="It came back.", now=NOW
        )
        assert again.state == Concern.State.OPEN
