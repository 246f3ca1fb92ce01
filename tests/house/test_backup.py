"""E6: a backup comes back whole: rows, policies, triggers, and the chain over looks."""

import os
import subprocess
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest
from django.db import connection, transaction
from django.utils import timezone

from careplan.common.identity import acting_as, person
from patients import seals
from patients.models import ContactDetails
from tests import factory
from tests.patients.test_access_chain import look
from tests.patients.test_data import told
from tests.patients.test_erasing_everything import dump, program

pytestmark = pytest.mark.django_db(transaction=True)

TABLES = """
SELECT schemaname || '.' || tablename FROM pg_tables
WHERE schemaname IN ('public', 'app') ORDER BY 1
"""
LOCKS = (
    "SELECT tablename, policyname, cmd, roles::text, qual, with_check FROM pg_policies",
    "SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class"
    " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace",
    "SELECT tgrelid::regclass::text, tgname, tgenabled FROM pg_trigger"
    " WHERE NOT tgisinternal",
    "SELECT proname, prosecdef, proconfig::text FROM pg_proc p"
    " JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'app'",
    "SELECT grantee, table_name, privilege_type FROM information_schema.role_table_grants"
    " WHERE grantee = 'careplan_app'",
)


def url(role: str, name: str) -> str:
    ours = os.environ["DATABASE_OWNER_URL"].replace("careplan_owner", role)
    return urlsplit(ours)._replace(path=f"/{name}").geturl()


@pytest.fixture
def other():
    """An empty database of its own, owned as the real one is."""
    name = f"restored_{uuid4().hex[:8]}"
    here = connection.settings_dict["NAME"]
    with psycopg.connect(url("careplan_owner", here), autocommit=True) as owning:
        owning.execute(f"CREATE DATABASE {name}")
        yield name
        connection.close()
        # Without FORCE: that would refuse where a vacuum worker happens to be there.
        owning.execute(f"DROP DATABASE {name}")


def counted(name: str) -> dict[str, int]:
    with psycopg.connect(url("careplan_backup", name)) as reading:
        tables = [table for (table,) in reading.execute(TABLES)]
        return {
            table: reading.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in tables
        }


def locks(name: str) -> list[list[tuple]]:
    with psycopg.connect(url("careplan_backup", name)) as reading:
        return [sorted(map(repr, reading.execute(query))) for query in LOCKS]


def test_a_backup_is_restored_with_its_locks_and_its_chains(other):
    maya = factory.patient()
    told(maya)
    look(maya, factory.member(maya, factory.clinician()), times=3)
    seals.seal_waiting(now=timezone.now())
    heads, here = seals.heads(), connection.settings_dict["NAME"]
    saved = dump()
    done = subprocess.run(
        [program("psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d",
         url("careplan_owner", other)],
        input=saved, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert counted(other) == counted(here)
    assert counted(other)["public.patients_accessevent"] == 3
    assert locks(other) == locks(here)
    connection.close()
    connection.settings_dict["NAME"] = other
    try:
        assert seals.verify(heads=heads) == []
        with acting_as(person(maya.user_id, second_factor=False)), transaction.atomic():
            assert ContactDetails.objects.get().address == "Canary words, private"
        assert ContactDetails.objects.count() == 0
    finally:
        connection.close()
        connection.settings_dict["NAME"] = here


def test_a_backup_by_a_role_that_row_security_binds_fails_instead_of_being_empty():
    here = connection.settings_dict["NAME"]
    done = subprocess.run(
        [program("pg_dump"), "--dbname", url("careplan_owner", here)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert "row-level security" in done.stderr
