"""E8: the service's key changes online; texts stay readable, a wrong key shows nothing."""

import pytest
from django.db import transaction

from careplan.common.crypto import CannotOpen
from careplan.common.identity import acting_as, person
from patients import rekeying, sealed
from patients.models import ContactDetails, PatientKey
from tests import factory

pytestmark = pytest.mark.django_db
OLD, NEW = b"o" * 32, b"n" * 32


def as_patient(maya):
    return acting_as(person(maya.user_id, second_factor=True))


@pytest.fixture
def maya(settings):
    settings.FIELD_KEYS = {"old": OLD}
    maya = factory.patient()
    with as_patient(maya):
        ContactDetails(patient=maya, phone="0117 496 0000", by=maya.user).save()
    sealed.forget_keys()
    return maya


def phone(maya):
    sealed.forget_keys()
    with as_patient(maya), transaction.atomic():
        return ContactDetails.objects.get().phone


def test_texts_open_before_while_and_after_and_without_the_old_key(maya, settings):
    settings.FIELD_KEYS = {"new": NEW, "old": OLD}
    assert phone(maya) == "0117 496 0000"
    assert rekeying.left() == 1
    assert sum(rekeying.reseal_all()) == 1
    assert rekeying.left() == 0
    settings.FIELD_KEYS = {"new": NEW}
    assert phone(maya) == "0117 496 0000"


def test_a_second_run_changes_nothing(maya, settings):
    settings.FIELD_KEYS = {"new": NEW, "old": OLD}
    list(rekeying.reseal_all())
    assert list(rekeying.reseal_all()) == []


def test_a_wrong_key_fails_closed(maya, settings):
    settings.FIELD_KEYS = {"old": b"x" * 32}
    with pytest.raises(CannotOpen):
        phone(maya)


def test_nobody_but_the_rekeying_may_change_a_key(maya):
    with as_patient(maya):
        assert PatientKey.objects.update(sealed=b"") == 0
