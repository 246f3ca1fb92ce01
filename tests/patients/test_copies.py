"""A clinician who is left keeps her own notes and signatures, nothing else."""

import json

import pytest
from django.apps import apps
from django.db import DatabaseError, transaction
from django.utils import timezone

from careplan.common.identity import acting_as, person
from journal.models import LifeEvent
from patients import copies, export, people
from patients.models import (
    AccessEvent,
    CareTeamMember,
    KeptCopy,
    Patient,
    PatientKey,
    User,
)
from tests import factory
from tests.access import canaries
from tests.patients.test_erasing_everything import filled

pytestmark = pytest.mark.django_db

# Tables that name a person but hold nothing she wrote or signed: who was there, who
# was asked, what was measured, the machinery's own.
NOT_HERS = {
    "patients.CareTeamMember",
    "patients.Consent",
    "patients.AccessEvent",
    "patients.EmergencyAccess",
    "patients.ContactDetails",
    "patients.KeptCopy",
    "outbox.Message",
    "careplan.Goal",
    "careplan.Approach",
    "careplan.Medication",
    "careplan.Strength",
    "careplan.Allergy",
    "careplan.PastMedicine",
    "careplan.MonitoringItem",
    "careplan.LabResult",
    "careplan.Visit",
    "careplan.TherapyCourse",
    "careplan.TherapySession",
    "careplan.MedicineWorry",
    "careplan.PastTherapy",
    "team.AlertRecipient",
    "team.AlertChoice",
    "team.Conversation",
    "team.ReadUpTo",
    "checkins.Schedule",
}


def as_user(user, *, second_factor=True):
    return acting_as(person(user.pk, second_factor=second_factor))


@pytest.fixture
def left():
    """Maya, Sam who wrote and is left, and Ada who stays and wrote as well."""
    maya = factory.patient("Maya Raman")
    sam = factory.member(maya, factory.clinician("therapist", "Sam Lind"))
    ada = factory.member(maya, factory.clinician("prescriber", "Dr Ada Okafor"))
    for who, words in ((sam.user, "SAM WROTE"), (ada.user, "ADA WROTE")):
        event(maya, who, words)
    event(maya, maya.user, "MAYA WROTE")
    with as_user(maya.user), transaction.atomic():
        people.end_membership(sam, by=maya.user, now=timezone.now())
    return maya, sam, ada


def event(maya, who, words):
    now = timezone.now()
    role = "patient" if who == maya.user else "therapist"
    with as_user(who), transaction.atomic():
        LifeEvent(
            patient=maya,
            author=who,
            author_role=role,
            words=words,
            local_date=now.date(),
            written_at=now,
        ).save(force_insert=True)


def test_she_reads_her_own_lines_and_nothing_else_of_the_record(browser, left):
    maya, sam, _ada = left
    client = browser(sam.user, second_factor=True)
    assert "Maya Raman" in client.get("/c/copies/").content.decode()
    with as_user(sam.user):
        kept = KeptCopy.objects.get()
    for path in (f"/c/copies/{kept.pk}/", f"/c/copies/{kept.pk}/file/"):
        said = client.get(path).content.decode()
        assert "SAM WROTE" in said
        assert "ADA WROTE" not in said
        assert "MAYA WROTE" not in said
    assert client.get(f"/c/people/{maya.pk}/").status_code == 404
    with as_user(sam.user):
        assert not LifeEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_key_of_the_record_opens_the_copy_and_no_other_row(left):
    """She reads the key for her copy; the policy that lets her opens no table."""
    maya, sam, _ada = left
    people = {"prescriber": factory.clinician("prescriber").user}
    with canaries.as_one_who_may_write():
        world = canaries.World("Maya", maya, people)
        filled(world)
        there = set(world.rows) & {m._meta.label for m in canaries.patient_models()}
    assert len(there) > 40
    with as_user(sam.user), transaction.atomic():
        rows = {
            model._meta.label: model.objects.filter(patient_id=maya.pk).count()
            for model in canaries.patient_models()
        }
        assert not Patient.objects.filter(pk=maya.pk).exists()
        assert KeptCopy.objects.get().content
        assert set(CareTeamMember.objects.values_list("pk", flat=True)) == {sam.pk}
    assert {label: count for label, count in rows.items() if count} == {
        "patients.PatientKey": 1,
        "patients.KeptCopy": 1,
        "patients.CareTeamMember": 1,
    }


def test_each_reading_leaves_one_access_row_that_the_patient_reads(browser, left):
    maya, sam, _ada = left
    client = browser(sam.user, second_factor=True)
    with as_user(sam.user):
        kept = KeptCopy.objects.get()
    client.get("/c/copies/")
    client.get(f"/c/copies/{kept.pk}/")
    client.get(f"/c/copies/{kept.pk}/file/")
    with as_user(maya.user):
        rows = AccessEvent.objects.filter(viewer=sam.user)
        assert [row.through for row in rows] == ["copy", "copy"]
    page = browser(maya.user).get("/sharing/looked/").content.decode()
    assert "read the copy of their own notes they kept" in page


@pytest.mark.parametrize("who", ["ada", "stranger", "admin", "other_patient"])
def test_nobody_else_opens_it(browser, left, who):
    _maya, sam, ada = left
    others = {
        "ada": ada.user,
        "stranger": factory.clinician("therapist", "Ivo Else").user,
        "admin": factory.administrator(sam.clinician.organisation),
        "other_patient": factory.patient("Noor").user,
    }
    with as_user(sam.user):
        kept = KeptCopy.objects.get()
    with as_user(others[who]):
        assert not KeptCopy.objects.exists()
    client = browser(others[who], second_factor=True)
    assert client.get(f"/c/copies/{kept.pk}/").status_code == 404
    assert client.get(f"/c/copies/{kept.pk}/file/").status_code == 404


def test_without_the_second_factor_or_once_suspended_it_stays_shut(browser, left):
    _maya, sam, _ada = left
    with as_user(sam.user, second_factor=False):
        assert not KeptCopy.objects.exists()
        assert not PatientKey.objects.exists()
    sam.clinician.suspended_at = timezone.now()
    sam.clinician.save(update_fields=["suspended_at"])
    with as_user(sam.user):
        assert not KeptCopy.objects.exists()
        assert not PatientKey.objects.exists()


def test_nobody_changes_it_and_no_clinician_plants_one(left):
    maya, sam, ada = left
    for user in (maya.user, sam.user):
        with as_user(user), pytest.raises(DatabaseError), transaction.atomic():
            KeptCopy.objects.update(made_at=timezone.now())
    with as_user(ada.user), pytest.raises(DatabaseError), transaction.atomic():
        KeptCopy(patient=maya, member=ada, user=ada.user, made_at=timezone.now()).save(
            force_insert=True
        )


def test_the_patient_reads_in_her_export_what_was_kept(left):
    maya, _sam, _ada = left
    with as_user(maya.user):
        whole = json.loads(export.as_json(maya, now=timezone.now()))
    (kept,) = whole["tables"]["patients.KeptCopy"]
    assert "SAM WROTE" in kept["content"]


def test_a_supporter_keeps_nothing():
    maya, bo = factory.patient(), factory.user("Bo")
    with as_user(maya.user), transaction.atomic():
        member = people.join_team(
            maya, bo, role="supporter", by=maya.user, now=timezone.now()
        )
        people.end_membership(member, by=maya.user, now=timezone.now())
        assert not KeptCopy.objects.exists()


def test_every_table_that_names_a_person_is_decided_about():
    named = {
        model._meta.label
        for model in export.patient_models()
        if any(field.related_model is User for field in model._meta.concrete_fields)
    }
    hers = {label for label, _author, _columns in copies.HERS}
    assert hers | NOT_HERS == named
    assert not hers & NOT_HERS


def test_what_a_copy_is_made_of_is_there():
    for label, author, columns in copies.HERS:
        names = {field.name for field in apps.get_model(label)._meta.concrete_fields}
        assert {author, *columns} <= names, label


def test_a_place_ended_and_opened_again_makes_a_copy_each_time(left):
    maya, sam, _ada = left
    with as_user(maya.user), transaction.atomic():
        again = people.join_team(
            maya,
            sam.user,
            role="therapist",
            clinician=sam.clinician,
            by=maya.user,
            now=timezone.now(),
        )
        people.end_membership(again, by=maya.user, now=timezone.now())
    with as_user(sam.user):
        assert KeptCopy.objects.count() == 2
        assert CareTeamMember.objects.filter(state="active").count() == 0
