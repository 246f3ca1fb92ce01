"""A row in every table of a record, and none a month after its owner left (E5)."""

import contextlib
import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from careplan.common.identity import acting_as, person
from patients import access, leaving, seals
from patients.models import Patient
from tests import factory
from tests.access.canaries import World, as_one_who_may_write, patient_models
from tests.patients.test_data import erasing

pytestmark = pytest.mark.django_db(transaction=True)


def filled(world: World) -> int:
    """Fill as many tables as can be filled without the plan's own rules."""
    for model in patient_models():
        label = model._meta.label
        if label not in world.rows:
            with contextlib.suppress(IntegrityError, LookupError):
                world.rows[label] = world._made(model)
    return len(world.rows)


def test_no_table_keeps_a_row_of_somebody_who_left():
    maya = factory.patient()
    people = {
        "therapist": factory.clinician("therapist").user,
        "prescriber": factory.clinician("prescriber").user,
    }
    with as_one_who_may_write():
        assert filled(World("Maya", maya, people)) > 40
    with acting_as(person(maya.user_id, second_factor=False)):
        leaving.close(maya, by=maya.user, now=timezone.now())
    with erasing() as connected:
        done = leaving.erase_due(connected, now=timezone.now() + dt.timedelta(days=31))
        assert done.records == 1
        for table in leaving.tables_in_order():
            query = f"SELECT count(*) FROM {table} WHERE patient_id = %s"
            assert connected.execute(query, [maya.pk]).fetchone() == (0,), table


def test_a_look_not_yet_sealed_when_its_record_goes_does_not_stop_the_sealer():
    maya = factory.patient("Maya Raman")
    noor = factory.patient("Noor")
    actors = []
    for record in (maya, noor):
        member = factory.member(record, factory.clinician())
        actors.append((record, access.Actor(member.user, second_factor=True)))
    for record, actor in actors:
        with acting_as(actor.identity), transaction.atomic():
            access.seen(actor, Patient.objects.get(pk=record.pk), "plan")
    with acting_as(person(maya.user_id, second_factor=False)):
        leaving.close(maya, by=maya.user, now=timezone.now())
    with erasing() as connected:
        leaving.erase_due(connected, now=timezone.now() + dt.timedelta(days=31))
    assert seals.seal_waiting(now=timezone.now()) == 1
    assert seals.verify() == []
