"""Each of the two locks taken off, so that the other one shows what it holds alone."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from copy import copy
from functools import cache
from unittest.mock import patch

import psycopg
from django.db import connection
from psycopg import sql

from careplan.embedded.postgres import SUPERUSER
from patients import access
from patients.models import CareTeamMember, Patient
from patients.topics import Topic
from tests.access.scene import Scene

BYPASS = "careplan_test_bypass"


@contextmanager
def application_filter_off(scene: Scene) -> Iterator[None]:
    """Let the door wave everybody through: only PostgreSQL decides what they see.

    A stranger even gets the patient from memory, so that every page goes on to its
    own queries.
    """
    by_id = {world.patient.pk: world.patient for world in scene.worlds.values()}
    role_before = access.role_in

    def record(actor: access.Actor, patient_id: object, *rights: object) -> Patient:
        return copy(by_id[patient_id])

    def own(actor: access.Actor) -> Patient:
        mine = [p for p in by_id.values() if actor.user and p.user_id == actor.user.pk]
        return copy(mine[0] if mine else scene.worlds["maya"].patient)

    open_doors = {
        "may": lambda *asked: True,
        "require": lambda *asked: None,
        "topics_open_to": lambda *asked: frozenset(Topic.values),
        "role_in": lambda actor, patient: role_before(actor, patient) or "therapist",
        "patient_for": record,
        "own_patient": own,
        "patients_visible_to": lambda *asked: Patient.objects.all(),
        "_memberships": lambda actor: CareTeamMember.objects.all(),
        "seen": lambda *asked, **more: None,
    }
    with ExitStack() as stack:
        for name, opened in open_doors.items():
            stack.enter_context(patch.object(access, name, opened))
        yield


@contextmanager
def row_security_off() -> Iterator[None]:
    """Connect as a role that row security does not bind: only the application decides."""
    _make_role(connection.settings_dict["NAME"])
    before = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict["USER"] = BYPASS
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM patients_patient")
            assert cursor.fetchone()[0], "this role should see every row"
        yield
    finally:
        connection.close()
        connection.settings_dict.clear()
        connection.settings_dict.update(before)


@cache
def _make_role(name: str) -> None:
    user = os.environ.get("CAREPLAN_TEST_SUPERUSER", SUPERUSER)
    url = os.environ["DATABASE_OWNER_URL"]
    with psycopg.connect(url, dbname=name, user=user, autocommit=True) as root:
        found = root.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [BYPASS])
        if not found.fetchone():
            role = sql.Identifier(BYPASS)
            root.execute(sql.SQL("CREATE ROLE {} LOGIN BYPASSRLS").format(role))
            root.execute(sql.SQL("GRANT careplan_app TO {}").format(role))
