"""A patient with a schedule, and a moment to tick at."""

from datetime import UTC, datetime, time

import pytest
from kombu import pools

from careplan.celery import app
from careplan.checkins import schedules
from careplan.checkins.models import Kind
from careplan.checkins.schedules import Wish
from careplan.common.identity import acting_as, person
from tests import factory

BEFORE = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)  # a Saturday
MORNING = datetime(2026, 11, 21, 9, 0, 20, tzinfo=UTC)


@pytest.fixture
def maya(db):
    return factory.patient(time_zone="Europe/London")


@pytest.fixture
def celery_anew():
    """Have Celery connect anew, now and after the test: it keeps what it once opened."""

    def forget():
        pools.reset()
        app._pool = app.amqp._producer_pool = None

    forget()
    yield forget
    forget()


@pytest.fixture
def asked_daily(maya):
    def make(patient=maya, kind=Kind.CHECKIN, now=BEFORE, target=None, **wish):
        wish.setdefault("times", (time(9),))
        with acting_as(person(patient.user_id, second_factor=False)):
            return schedules.set_schedule(
                patient, kind=kind, wish=Wish(**wish), now=now, target=target
            )

    return make
