"""B4, O4: every write to a record leaves history with its actor, whatever the way."""

import datetime as dt
from uuid import uuid4

import pytest
from django.db import ProgrammingError, connection, transaction

from careplan.common.identity import acting_as, person
from journal.models import Entry
from patients import history
from patients.models import ChangeEvent
from tests import factory

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC)


def as_user(user):
    return acting_as(person(user.pk, second_factor=True))


@pytest.fixture
def maya():
    return factory.patient()


def changes(act):
    return list(ChangeEvent.objects.filter(act=act, table="journal_entry"))


def entry(maya):
    row = Entry(
        patient=maya,
        client_id=uuid4(),
        local_date=NOW.date(),
        occurred_at=NOW,
        written_at=NOW,
        zone="Europe/London",
        mood=3,
    )
    row.save(force_insert=True)
    return row


def test_every_table_of_a_record_is_tracked():
    assert history.untracked(connection) == []


def test_an_insert_by_a_model_names_its_actor(maya):
    with as_user(maya.user):
        row = entry(maya)
        (seen,) = changes("insert")
    assert seen.row_id == row.pk
    assert seen.actor == f"person|{maya.user_id}|2"


def test_a_bulk_update_keeps_the_old_values_of_what_changed(maya):
    with as_user(maya.user):
        entry(maya)
        Entry.objects.update(mood=5, energy=2)
        (seen,) = changes("update")
    assert sorted(seen.columns) == ["energy", "mood"]
    assert seen.before == {"mood": 3, "energy": None}


def test_raw_sql_leaves_history_too(maya):
    with as_user(maya.user), connection.cursor() as cursor:
        row = entry(maya)
        cursor.execute("UPDATE journal_entry SET mood = 1 WHERE id = %s", [row.pk])
        (seen,) = changes("update")
    assert seen.before == {"mood": 3}


def test_bulk_inserts_are_all_noted(maya):
    with as_user(maya.user):
        Entry.objects.bulk_create(
            Entry(
                patient=maya,
                client_id=uuid4(),
                local_date=NOW.date(),
                occurred_at=NOW,
                written_at=NOW,
                zone="Europe/London",
            )
            for _ in range(3)
        )
        assert len(changes("insert")) == 3


def test_an_update_that_changes_nothing_is_no_change(maya):
    with as_user(maya.user):
        entry(maya)
        Entry.objects.update(mood=3)
        assert changes("update") == []


def test_only_the_patient_reads_it_and_nobody_writes_it(maya):
    post = factory.clinician()
    factory.member(maya, post)
    with as_user(maya.user):
        entry(maya)
    with as_user(post.user):
        assert ChangeEvent.objects.count() == 0
    for user in (maya.user, post.user):
        with as_user(user), pytest.raises(ProgrammingError), transaction.atomic():
            ChangeEvent.objects.all().delete()
        with as_user(user), pytest.raises(ProgrammingError), transaction.atomic():
            ChangeEvent.objects.update(actor="someone else")
