"""Statements that PostgreSQL plans once a connection: who asks is looked up each time."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from careplan.common.identity import acting_as, person
from tests import factory

pytestmark = pytest.mark.django_db
MINE = "SELECT id FROM patients_patient WHERE user_id <> %(nobody)s"
NOBODY = "00000000-0000-0000-0000-000000000000"


def seen_by(patient, **more):
    with acting_as(person(patient.user_id, second_factor=False)):
        with connection.planned_cursor() as cursor:
            cursor.execute(MINE, {"nobody": more.get("nobody", NOBODY)})
            return [row[0] for row in cursor.fetchall()]


def kept():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), sum(generic_plans + custom_plans)"
            " FROM pg_prepared_statements WHERE statement LIKE %s",
            ["SELECT id FROM patients_patient WHERE user_id <>%"],
        )
        return cursor.fetchone()


def test_it_is_prepared_once_and_answers_each_asker_alone():
    one, other = factory.patient(), factory.patient()
    for _turn in range(8):  # past the five after which a plan may be kept
        assert seen_by(one) == [one.pk]
        assert seen_by(other) == [other.pk]
    assert kept() == (1, 16)
    assert seen_by(one, nobody=one.user_id) == []


def test_nothing_else_is_prepared_however_often_it_is_asked():
    with connection.cursor() as cursor:
        for _turn in range(8):
            cursor.execute("SELECT 'asked often'")
        cursor.execute("SELECT count(*) FROM pg_prepared_statements")
        before = cursor.fetchone()
        cursor.execute("SELECT count(*) FROM pg_prepared_statements")
        assert cursor.fetchone() == before == (0,)


def test_it_is_asked_again_after_a_refused_transaction():
    """A rollback makes the driver forget what it prepared; nobody notices."""
    patient = factory.patient()
    assert seen_by(patient) == [patient.pk]
    with pytest.raises(DatabaseError), transaction.atomic():
        with connection.planned_cursor() as cursor:
            cursor.execute("SELECT 1 / %(nothing)s::int", {"nothing": 0})
    assert seen_by(patient) == [patient.pk]


def test_a_count_of_statements_sees_it_with_its_values():
    patient = factory.patient()
    with CaptureQueriesContext(connection) as caught:
        seen_by(patient)
    assert any(NOBODY in query["sql"] for query in caught)
