"""Inviting people and saying yes (P7, P8, O1; security.md C2)."""

import datetime as dt
import re

import pytest
from django.core import mail
from django.utils import timezone

from careplan.common.errors import NotAllowed
from careplan.common.identity import acting_as, person
from patients import access, accounts, invitations, people
from patients.invitations import Joined, Post
from patients.models import CareTeamMember, Clinician, Invitation, Patient
from patients.topics import Topic
from tests import factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def outside(django_capture_on_commit_callbacks):
    return django_capture_on_commit_callbacks(execute=True)


def now():
    return timezone.now()


def token_in(letter) -> str:
    return re.search(r"/invite/([^/\s]+)/", letter.body)[1]


def invited(maya, role="prescriber", email="ada@example.org", topics=("plan", "doses")):
    return invitations.invite_to_team(
        maya, email=email, role=role, topics=topics, by=maya.user, now=now()
    )


def sees(user, patient, topic) -> bool:
    actor = access.Actor(user, second_factor=True)
    with acting_as(actor.identity):
        found = Patient.objects.filter(pk=patient.pk).first()
        return bool(found) and access.may(actor, found, access.view(topic))


def test_a_letter_names_who_invites_and_nothing_else(outside):
    maya = factory.patient()
    with outside:
        invited(maya)
    letter = mail.outbox[0]
    assert letter.to == ["ada@example.org"]
    assert "Maya Raman invites you" in letter.body
    for word in ("Careplan", "patient", "prescriber", "therap", "medicine", "health"):
        assert word not in letter.body + letter.subject
    token = token_in(letter)
    stored = Invitation.objects.get()
    assert token not in stored.token_hash
    assert invitations.find(token, now=now()) == stored


def test_a_verified_clinician_joins_with_the_topics_chosen():
    maya, post = factory.patient(), factory.clinician("prescriber", "Ada Okafor")
    offer = invited(maya, email=post.user.email)
    assert invitations.accept(offer, post.user, now=now()) is Joined.ON_TEAM
    assert sees(post.user, maya, Topic.DOSES)
    assert not sees(post.user, maya, Topic.MOOD)


def test_therapist_and_prescriber_come_from_different_practices():
    maya = factory.patient()
    for role in ("therapist", "prescriber"):
        post = factory.clinician(role)
        invitations.accept(invited(maya, role, post.user.email), post.user, now=now())
    with acting_as(person(maya.user_id, second_factor=False)):
        team = CareTeamMember.objects.filter(patient=maya).select_related("clinician")
        assert len({member.clinician.organisation_id for member in team}) == 2


def test_an_unchecked_clinician_waits_until_the_profession_is_verified():
    maya, ada = factory.patient(), factory.user("Ada Okafor", email="ada@example.org")
    operator = factory.operator()
    offer = invited(maya)
    outcome = invitations.accept(offer, ada, now=now(), post=Post("Elm Street"))
    assert outcome is Joined.WAITS
    assert not sees(ada, maya, Topic.DOSES)
    clinician = Clinician.objects.get(user=ada)
    assert clinician.organisation.is_sole
    accounts.verify(clinician, by=operator, now=now())
    assert sees(ada, maya, Topic.DOSES)


def test_a_withdrawn_invitation_does_not_come_true_with_the_verification():
    maya, ada = factory.patient(), factory.user(email="ada@example.org")
    offer = invited(maya)
    invitations.accept(offer, ada, now=now())
    invitations.withdraw(offer, by=maya.user, now=now())
    accounts.verify(Clinician.objects.get(user=ada), by=factory.operator(), now=now())
    assert not sees(ada, maya, Topic.DOSES)


def test_an_invitation_works_once():
    maya, post = factory.patient(), factory.clinician("prescriber")
    offer = invited(maya, email=post.user.email)
    invitations.accept(offer, post.user, now=now())
    with pytest.raises(invitations.NoLongerGood):
        invitations.accept(offer, post.user, now=now())


def test_an_invitation_runs_out_after_seven_days():
    maya, post = factory.patient(), factory.clinician("prescriber")
    offer = invited(maya, email=post.user.email)
    later = now() + dt.timedelta(days=7, minutes=1)
    with pytest.raises(invitations.NoLongerGood):
        invitations.accept(offer, post.user, now=later)


def test_an_invitation_is_for_the_address_it_went_to():
    maya, other = factory.patient(), factory.clinician("prescriber")
    with pytest.raises(invitations.ForSomebodyElse):
        invitations.accept(invited(maya), other.user, now=now())


def test_nobody_joins_the_team_around_their_own_record():
    maya = factory.patient()
    with pytest.raises(people.OwnRecord):
        invited(maya, email=maya.user.email.upper())


def test_nobody_invites_to_somebody_elses_team():
    maya, noor = factory.patient(), factory.patient("Noor")
    with pytest.raises(NotAllowed):
        invitations.invite_to_team(
            maya,
            email="a@example.org",
            role="therapist",
            topics=(),
            by=noor.user,
            now=now(),
        )


def test_a_supporter_joins_at_once_and_reads_only_what_was_opened():
    maya, priya = factory.patient(), factory.user("Priya", email="priya@example.org")
    offer = invited(maya, "supporter", "priya@example.org", topics=("safety",))
    assert invitations.accept(offer, priya, now=now()) is Joined.ON_TEAM
    assert sees(priya, maya, Topic.SAFETY)
    assert not sees(priya, maya, Topic.PLAN)


def test_a_clinician_invites_a_patient_who_then_decides_alone():
    post, noor = factory.clinician(), factory.user("Noor", email="noor@example.org")
    offer = invitations.invite_patient(
        email="noor@example.org", by=post.user, now=now()
    )
    assert invitations.accept(offer, noor, now=now()) is Joined.RECORD
    with acting_as(person(noor.pk, second_factor=False)):
        record = Patient.objects.get(user=noor)
        assert not CareTeamMember.objects.filter(patient=record).exists()


def test_an_unverified_clinician_invites_no_patients():
    post = factory.clinician()
    post.verified_at = None
    post.save()
    with pytest.raises(NotAllowed):
        invitations.invite_patient(email="noor@example.org", by=post.user, now=now())


def test_twenty_invitations_a_day_are_enough():
    maya = factory.patient()
    for n in range(20):
        invited(maya, email=f"p{n}@example.org")
    with pytest.raises(invitations.TooManyInvitations):
        invited(maya)


def test_an_ended_account_invites_nobody_in():
    maya, post = factory.patient(), factory.clinician("prescriber")
    offer = invited(maya, email=post.user.email)
    maya.user.is_active = False
    maya.user.save(update_fields=["is_active"])
    with pytest.raises(invitations.NoLongerGood):
        invitations.accept(offer, post.user, now=now())
