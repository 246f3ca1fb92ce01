"""Reads whose SQL is written once: later only the values change."""

import datetime as dt
from uuid import uuid4

import pytest
from django.db.models import Q, Value

from careplan.common.identity import acting_as, person
from careplan.common.postgresql.prepared import Prepared, instances
from careplan.plan.models import ProposedChange
from journal.models import LifeEvent
from patients.models import CareTeamMember
from tests import factory

pytestmark = pytest.mark.django_db
FIRST, LAST = dt.date(2026, 3, 1), dt.date(2026, 3, 9)


@Prepared
def moments(newest_first, *, patient, first, last):
    days = LifeEvent.objects.filter(patient=patient, local_date__range=(first, last))
    order = "-local_date" if newest_first else "local_date"
    return days.order_by(order).values_list("local_date", flat=True)


@pytest.fixture
def people():
    found = [factory.patient(), factory.patient()]
    for patient, days in zip(found, ((1, 9), (5,)), strict=True):
        with acting_as(person(patient.user_id, second_factor=False)):
            for day in days:
                on = dt.date(2026, 3, day)
                now = dt.datetime(2026, 3, day, tzinfo=dt.UTC)
                LifeEvent(
                    patient=patient, local_date=on, author=patient.user,
                    author_role="patient", words="-", written_at=now,
                ).save(force_insert=True)  # fmt: skip
    return found


def asked(patient, *, newest_first=False, first=FIRST, last=LAST):
    with acting_as(person(patient.user_id, second_factor=False)):
        rows = moments(newest_first, patient=patient.pk, first=first, last=last)
    return [row[0].day for row in rows]


def test_the_same_statement_answers_for_other_people_and_days(people):
    one, other = people
    assert asked(one) == [1, 9]
    assert asked(other) == [5]
    assert asked(one, first=dt.date(2026, 3, 2)) == [9]


def test_each_shape_has_a_statement_of_its_own(people):
    one, _other = people
    assert asked(one, newest_first=True) == [9, 1]
    assert asked(one) == [1, 9]


def test_row_security_holds_for_it_as_for_any_statement(people):
    one, other = people
    asked(one)
    with acting_as(person(other.user_id, second_factor=False)):
        assert moments(False, patient=one.pk, first=FIRST, last=LAST) == []


def test_a_text_of_the_query_that_is_named_like_a_value_stays_itself(people):
    one, _other = people

    @Prepared
    def named(*, patient):
        rows = LifeEvent.objects.filter(Q(patient=patient), author_role="patient")
        return rows.values_list("pk")

    with acting_as(person(one.user_id, second_factor=False)):
        assert len(named(patient=one.pk)) == 2


def test_a_value_that_was_worked_on_is_refused():
    @Prepared
    def shifted(*, patient, first):
        day = first - dt.timedelta(days=3)
        rows = LifeEvent.objects.filter(patient=patient, local_date__gte=first)
        return rows.filter(written_at__date__gte=day).values_list("pk")

    with pytest.raises(LookupError, match="changed"):
        shifted(patient=uuid4(), first=FIRST)


def test_a_value_that_is_lost_on_the_way_is_refused():
    @Prepared
    def lost(*, patient, first):
        return LifeEvent.objects.filter(patient=patient).values_list("pk")

    with pytest.raises(LookupError, match="first"):
        lost(patient=uuid4(), first=FIRST)


@Prepared
def members(*, patient):
    rows = CareTeamMember.objects.filter(patient=patient)
    return rows.annotate(said=Value("-"))


def test_whole_rows_become_models_with_what_was_asked_beside_them():
    patient = factory.patient()
    member = factory.member(patient, factory.clinician(), topics=["mood", "plan"])
    with acting_as(person(patient.user_id, second_factor=False)):
        (found,) = instances(CareTeamMember, members(patient=patient.pk), "said")
    assert found == member
    assert (found.topics, found.said) == (["mood", "plan"], "-")
    assert found.joined_at == member.joined_at
    assert not found._state.adding


def test_a_model_that_is_read_through_django_is_refused():
    """A sealed text or JSON would come out as it lies in the table."""
    with pytest.raises(TypeError, match="values"):
        list(instances(ProposedChange, [()]))
