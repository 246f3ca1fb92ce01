"""Many schedules for a proof, copied inside PostgreSQL from one made by the rules."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time
from typing import Any
from uuid import uuid4

from django.db import connection, transaction

from careplan.checkins import schedules
from careplan.checkins.models import Kind
from careplan.checkins.schedules import Wish
from careplan.checkins.timing import QuietHours
from careplan.common.identity import acting_as, person, system
from careplan.common.postgresql.owner import as_owner
from patients import people
from patients.models import User

NO_QUIET = QuietHours(time(0), time(0))

COPIES = """
CREATE TEMP TABLE copies AS SELECT n, gen_random_uuid() AS u, gen_random_uuid() AS p
  FROM generate_series(1, {many}) AS n;
INSERT INTO patients_user SELECT (jsonb_populate_record(t, jsonb_build_object(
  'id', c.u, 'email', '{tag}' || c.n || '@sink.example'))).*
  FROM patients_user t, copies c WHERE t.id = '{user}';
INSERT INTO patients_patient SELECT (jsonb_populate_record(t, jsonb_build_object(
  'id', c.p, 'user_id', c.u))).*
  FROM patients_patient t, copies c WHERE t.id = '{patient}';
INSERT INTO checkins_schedule SELECT (jsonb_populate_record(t, jsonb_build_object(
  'id', gen_random_uuid(), 'patient_id', c.p, 'user_id', c.u))).*
  FROM checkins_schedule t, copies c WHERE t.id = '{schedule}';
DROP TABLE copies;
"""


@contextmanager
def owning() -> Iterator[Any]:
    """Run as the tables' owner, row policies set aside: for laying out a proof only.
    In the clock's name, whose moves of a schedule are nobody's change of a record."""
    with (
        acting_as(system("tick")),
        as_owner(connection),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT set_config('app.migrating', 'on', true)")
        yield cursor


def make(many: int) -> None:
    """Make this many patients, each with a daily check-in that is not due yet."""
    tag = uuid4().hex[:8]
    user = User.objects.create_user(f"{tag}@sink.example", "x" * 20, name="Proof")
    now = datetime.now(UTC)
    patient = people.register_patient(user, now=now, time_zone="UTC")
    with acting_as(person(user.pk, second_factor=False)), transaction.atomic():
        schedule = schedules.set_schedule(
            patient,
            kind=Kind.CHECKIN,
            wish=Wish(times=(time(9),), quiet=NO_QUIET),
            now=now,
        )
    with owning() as cursor:
        cursor.execute(
            COPIES.format(
                many=many,
                tag=tag,
                user=user.pk,
                patient=patient.pk,
                schedule=schedule.pk,
            )
        )
        cursor.execute("DELETE FROM checkins_schedule WHERE id = %s", [schedule.pk])
    with as_owner(connection), connection.cursor() as cursor:
        cursor.execute("ANALYZE checkins_schedule, patients_user, patients_patient")


def turn_due(many: int, *, at: datetime | None = None) -> datetime:
    """Forget what was asked and sent, and let `many` schedules be due at one moment."""
    with owning() as cursor:
        cursor.execute("TRUNCATE outbox_message, checkins_prompt")
        cursor.execute(
            "UPDATE checkins_schedule SET next_due_at = NULL, next_date = NULL,"
            " next_slot = '', asked = '', missed_run = 0 WHERE next_due_at IS NOT NULL"
            " OR asked <> ''"
        )
    with owning() as cursor:  # the moment is now, not before the rows were cleared
        cursor.execute(
            "SELECT coalesce(%s, date_trunc('second', clock_timestamp()))", [at]
        )
        moment: datetime = cursor.fetchone()[0]
        cursor.execute(
            "UPDATE checkins_schedule SET next_due_at = %s, next_date = %s,"
            " next_slot = %s, times = ARRAY[%s::time]"
            " WHERE id IN (SELECT id FROM checkins_schedule LIMIT %s)",
            [moment, moment.date(), f"{moment:%H:%M}", f"{moment:%H:%M}", many],
        )
    return moment
