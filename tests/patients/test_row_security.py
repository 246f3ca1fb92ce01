"""The second lock alone: identities and consent, in plain SQL through the app role."""

import pytest
from django.db import (
    ProgrammingError,
    connection,
    transaction,
)

from careplan.common.identity import NOBODY, acting_as, person, system
from patients import consents, people
from patients.models import AccessEvent, CareTeamMember, Consent, Patient
from tests import factory

pytestmark = pytest.mark.django_db


def visible(topic: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT app.visible_ids(%s)::text[]", [topic])
        return cursor.fetchone()[0]


def as_user(user, *, second_factor=True):
    return acting_as(person(user.pk, second_factor=second_factor))


def test_without_an_identity_no_row_is_visible():
    factory.patient()
    with acting_as(NOBODY):
        assert Patient.objects.count() == 0


def test_a_patient_sees_their_own_record_only():
    maya, other = factory.patient(), factory.patient("Noor")
    with as_user(maya.user, second_factor=False):
        assert list(Patient.objects.all()) == [maya]
    with as_user(other.user):
        assert list(Patient.objects.all()) == [other]


def test_a_clinician_sees_a_topic_while_consent_stands():
    maya, post = factory.patient(), factory.clinician()
    member = factory.member(maya, post, topics=["mood"])
    with as_user(post.user):
        assert visible("mood") == [str(maya.pk)]
        assert visible("notes") == []
    with as_user(maya.user):
        consents.share(member, topics=[], by=maya.user, now=member.joined_at)
    with as_user(post.user):
        assert visible("mood") == []


def test_a_clinician_without_second_factor_sees_nothing():
    maya, post = factory.patient(), factory.clinician()
    factory.member(maya, post)
    with as_user(post.user, second_factor=False):
        assert visible("mood") == []
        assert Patient.objects.count() == 0


def test_a_suspended_clinician_sees_nothing():
    maya, post = factory.patient(), factory.clinician()
    factory.member(maya, post)
    post.user.is_active = False
    post.user.save(update_fields=["is_active"])
    with as_user(post.user):
        assert visible("mood") == []


def test_ending_a_membership_hides_the_record_at_once():
    maya, post = factory.patient(), factory.clinician()
    member = factory.member(maya, post)
    with as_user(maya.user):
        people.end_membership(member, by=maya.user, now=member.joined_at)
    with as_user(post.user):
        assert Patient.objects.count() == 0


def test_somebody_who_left_cannot_put_themselves_back():
    maya, post = factory.patient(), factory.clinician()
    member = factory.member(maya, post)
    with as_user(post.user):
        people.end_membership(member, by=post.user, now=member.joined_at)
    place = CareTeamMember.objects.filter(pk=member.pk)
    with as_user(post.user), pytest.raises(ProgrammingError), transaction.atomic():
        place.update(state="active")
    with as_user(post.user):
        assert place.get().state == "ended"


def test_a_made_up_identity_is_nobody():
    maya = factory.patient()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('app.ctx', %s, true)",
            [f"person|{maya.user_id}|2|" + "0" * 64],
        )
        cursor.execute("SELECT count(*) FROM patients_patient")
        assert cursor.fetchone() == (0,)


def test_a_clinician_cannot_widen_their_own_consent():
    maya, post = factory.patient(), factory.clinician()
    member = factory.member(maya, post, topics=["mood"])
    with as_user(post.user), pytest.raises(ProgrammingError), transaction.atomic():
        CareTeamMember.objects.filter(pk=member.pk).update(topics=["notes"])
    with as_user(post.user), pytest.raises(ProgrammingError), transaction.atomic():
        consents.share(member, topics=["notes"], by=post.user, now=member.joined_at)


def test_consent_and_access_rows_cannot_be_changed():
    maya, post = factory.patient(), factory.clinician()
    factory.member(maya, post)
    with as_user(maya.user):
        for act in (
            Consent.objects.all().delete,
            lambda: Consent.objects.update(granted=False),
        ):
            with pytest.raises(ProgrammingError), transaction.atomic():
                act()


def test_an_unnamed_system_identity_sees_no_patients():
    factory.patient()
    with acting_as(system("nothing")):
        assert Patient.objects.count() == 0
    with acting_as(system("tick")):
        assert Patient.objects.count() == 1


def test_a_rolled_back_savepoint_does_not_leave_another_identity_behind():
    maya, noor = factory.patient(), factory.patient("Noor")
    with as_user(maya.user):
        assert list(Patient.objects.all()) == [maya]
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            with as_user(noor.user):
                assert list(Patient.objects.all()) == [noor]
                raise ZeroDivisionError
        assert list(Patient.objects.all()) == [maya]


def test_what_failed_as_somebody_else_is_undone_alone():
    """The statement that undoes it is the only one a failed transaction hears."""
    with as_user(factory.patient().user):
        assert Patient.objects.count() == 1
        with pytest.raises(ProgrammingError), transaction.atomic():
            with acting_as(NOBODY), connection.cursor() as cursor:
                cursor.execute("SELECT nothing")
        assert Patient.objects.count() == 1


def test_an_access_row_names_the_viewer_and_nobody_else():
    maya, post, other = factory.patient(), factory.clinician(), factory.clinician()
    factory.member(maya, post)
    with as_user(post.user), pytest.raises(ProgrammingError), transaction.atomic():
        AccessEvent(patient=maya, viewer=other.user, role="therapist", part="x").save()


@pytest.mark.parametrize("right", ["SELECT", "INSERT", "UPDATE", "DELETE"])
def test_the_app_role_has_no_right_on_any_table_of_the_lock_itself(right):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'app'::regnamespace"
            " AND relkind = 'r' AND has_table_privilege(oid, %s)",
            [right],
        )
        assert cursor.fetchall() == []
