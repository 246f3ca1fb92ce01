"""A world that several tests begin with is made once, and put back after each of them."""

import pytest
from django.db import DatabaseError, connection

from patients.models import Clinician, User
from tests import factory
from tests.kept import kept, together, wanted

made = []


def a_person():
    made.append("person")
    return factory.user("Somebody")


def a_post(person):
    made.append("post")
    return factory.clinician(name=f"Sees {person.name}")


person = kept(a_person)
post = kept(a_post, on=person)


@pytest.mark.django_db
@pytest.mark.parametrize("turn", range(3))
def test_each_begins_with_what_was_made_whatever_the_last_one_did(person, turn):
    assert made.count("person") == 1
    assert [person.name] == list(User.objects.values_list("name", flat=True))
    person.name = f"Renamed {turn}"
    person.save()
    factory.user("Another")


@pytest.mark.django_db
def test_a_statement_that_failed_spoils_nothing_for_the_next(person):
    with pytest.raises(DatabaseError), connection.cursor() as cursor:
        cursor.execute("SELECT nothing")


@pytest.mark.django_db
@pytest.mark.parametrize("turn", range(2))
def test_a_world_stands_on_another_and_both_are_one_copy(person, post, turn):
    assert made.count("post") == 1
    assert post.user.name == "Sees Somebody"
    assert User.objects.filter(pk=person.pk).exists()
    assert Clinician.objects.get().profession == "therapist"
    Clinician.objects.update(profession="prescriber")


@pytest.mark.django_db
@pytest.mark.parametrize("turn", range(2))
def test_who_asks_for_no_world_finds_empty_tables(turn):
    assert not User.objects.exists()
    factory.user("Not kept")


@pytest.mark.django_db(transaction=True)
def test_who_commits_has_it_made_anew_and_committed(person):
    with connection.cursor() as cursor:
        cursor.execute("SELECT xmin = pg_current_xact_id()::xid FROM patients_user")
        assert cursor.fetchall() == [(False,)]
    made.remove("person")


def test_those_with_one_world_are_beside_each_other(request):
    here = [i for i in request.session.items if i.nodeid.startswith(HERE)]
    chains = [wanted(item) for item in together(here[::-1])]
    turns = [chain for n, chain in enumerate(chains) if [chain] != chains[n - 1 : n]]
    assert len(turns) == len(set(turns))


HERE = "tests/house/test_kept.py::"
