"""Leaving: the account closes at once, the record is erased later, for good (E5).

Erasing is the work of one database role, `careplan_erase`, which may delete rows of
records and nothing else. With the rows goes the person's key, so that texts in old
backups cannot be opened either (they are made in two files, README). What stays, and
for how long, stands in `retention`: the bare number of the account, and the log of it.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from django.apps import apps
from django.core import signing
from django.db import connection, models, transaction
from django.utils.translation import gettext_lazy as _
from psycopg import sql

from careplan.common.errors import DomainError
from careplan.common.identity import acting_as, person
from patients import activity, devices, letters, people
from patients.accounts import end_sessions
from patients.export import OURS
from patients.models import CareTeamMember, Patient, User
from patients.post import post

WAIT = dt.timedelta(days=30)
SALT = "patients.leaving.come_back"


class NoWayBack(DomainError):
    """The link was used, is older than the wait, or never was."""

    code = "no_way_back"
    sentence = _("This link has been used or has run out.")


@dataclass(frozen=True, slots=True)
class Erased:
    """What a run did."""

    records: int
    rows: int


@transaction.atomic
def close(patient: Patient, *, by: User, now: dt.datetime) -> None:
    """Close a record: nobody reads it from now on, nothing is sent. Erased after WAIT.

    The account closes too, unless the person works here as well. A letter holds the
    way back, as long as there is one.
    """
    members = CareTeamMember.objects.filter(patient=patient, state="active")
    for member in members:
        people.end_membership(member, by=by, now=now)
    patient.closed_at = now
    patient.save(update_fields=["closed_at"])
    activity.note(activity.Kind.CLOSED, by=by, about=by, now=now)
    devices.forget(by, now=now)
    if not _works_here(by):
        # Whom she supports sees her go, instead of a place of somebody without a name.
        for place in CareTeamMember.objects.filter(user=by, state="active"):
            people.end_membership(place, by=by, now=now)
        by.is_active, by.suspended_at = False, now
        by.save(update_fields=["is_active", "suspended_at"])
    end_sessions(by)
    said = letters.closed(way_back(patient))
    post(by.email, said.subject, said.body)


def _works_here(user: User) -> bool:
    return user.clinician_posts.exists() or user.admin_posts.exists()


def way_back(patient: Patient) -> str:
    """Make what opens a closed record again: bound to this closing, and signed."""
    if patient.closed_at is None:
        raise NoWayBack
    said = [str(patient.user_id), patient.closed_at.isoformat()]
    return signing.dumps(said, salt=SALT)


def still_good(token: str, *, now: dt.datetime) -> tuple[UUID, dt.datetime]:
    """Read whose way back this is, and to which closing. Raises NoWayBack."""
    try:
        user, closed = signing.loads(token, salt=SALT)
    except signing.BadSignature as error:
        raise NoWayBack from error
    closed_at = dt.datetime.fromisoformat(closed)
    if now - closed_at > WAIT:
        raise NoWayBack
    return UUID(user), closed_at


@transaction.atomic
def come_back(token: str, *, now: dt.datetime) -> Patient:
    """Open a closed record again, once a closing. Raises NoWayBack.

    The record is as it was, for its owner alone: places on the team stay ended, and
    she invites whom she wants. An account that an administrator suspended stays so.
    """
    user_id, closed_at = still_good(token, now=now)
    user = User.objects.select_for_update().filter(pk=user_id).first()
    if user is None:
        raise NoWayBack
    if not _works_here(user):
        user.is_active, user.suspended_at = True, None
        user.save(update_fields=["is_active", "suspended_at"])
    with acting_as(person(user.pk, second_factor=False)):
        closed = Patient.objects.select_for_update(of=("self",))
        patient = closed.filter(user=user, closed_at=closed_at).first()
        if patient is None:
            raise NoWayBack
        patient.closed_at = None
        patient.save(update_fields=["closed_at"])
    activity.note(activity.Kind.RESTORED, by=user, about=user, now=now)
    return patient


def erase_due(erasing: psycopg.Connection[Any], *, now: dt.datetime) -> Erased:
    """Erase every record closed more than WAIT ago. `erasing` is the erasing role."""
    due = erasing.execute(
        "SELECT id, user_id FROM patients_patient WHERE closed_at < %s", [now - WAIT]
    ).fetchall()
    rows = sum(_erase_one(erasing, row[0], row[1]) for row in due)
    return Erased(records=len(due), rows=rows)


def _erase_one(erasing: psycopg.Connection[Any], patient: UUID, user: UUID) -> int:
    rows = 0
    with erasing.transaction():
        for table in tables_in_order():
            rows += erasing.execute(
                sql.SQL("DELETE FROM {} WHERE patient_id = %s").format(
                    sql.Identifier(table)
                ),
                [patient],
            ).rowcount
        rows += erasing.execute(
            "DELETE FROM patients_patient WHERE id = %s", [patient]
        ).rowcount
        erasing.execute("SELECT app.forget_person(%s)", [user])
        erasing.execute("SELECT app.forget_ways(%s)", [user])
    return rows


def tables_in_order() -> list[str]:
    """List the tables of records so that none is emptied before those that need it."""
    found = [m for m in apps.get_models(include_auto_created=True) if _is_ours(m)]
    ordered: list[type[models.Model]] = []
    while found:
        free = [m for m in found if not _needed_by(m, found)]
        # A circle of tables goes together; deferred checks hold at the commit.
        ordered += free or found
        found = [m for m in found if m not in ordered]
    return [model._meta.db_table for model in ordered]


def _is_ours(model: type[models.Model]) -> bool:
    ours = model.__module__.partition(".")[0] in OURS
    columns = {field.attname for field in model._meta.concrete_fields}
    return ours and "patient_id" in columns and not model._meta.proxy


def _needed_by(model: type[models.Model], others: list[type[models.Model]]) -> bool:
    return any(
        field.related_model is model
        for other in others
        if other is not model
        for field in other._meta.concrete_fields
        if field.is_relation
    )


def table_names_with_patient() -> set[str]:
    """List the tables that have a `patient_id` in the database itself."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND column_name = 'patient_id'"
        )
        return {name for (name,) in cursor.fetchall()}
