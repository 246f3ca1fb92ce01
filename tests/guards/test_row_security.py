"""A4: every table is classified; every patient's table is locked in PostgreSQL."""

import pytest
from django.apps import apps
from django.db import connection

from patients.topics import TABLES

pytestmark = pytest.mark.django_db
OURS = {
    "patients",
    "journal",
    "careplan",
    "team",
    "outbox",
    "checkins",
    "review",
    "home",
}
MODELS = [m for m in apps.get_models() if m._meta.app_label in OURS]


def column_names(model):
    return {field.column for field in model._meta.local_fields}


PATIENT_TABLES = sorted(
    model._meta.db_table
    for model in MODELS
    if "patient_id" in column_names(model) or model._meta.label == "patients.Patient"
)


def asked(sql, *params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def test_every_model_is_classified_and_nothing_else_is():
    assert {model._meta.label for model in MODELS} == set(TABLES)


def test_every_table_with_a_patient_forces_row_security():
    rows = asked(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relrowsecurity AND relforcerowsecurity AND relkind IN ('r', 'p')"
    )
    assert set(PATIENT_TABLES) - {name for (name,) in rows} == set()


def test_every_such_table_has_a_floor_and_names_its_role():
    rows = asked(
        "SELECT tablename FROM pg_policies WHERE permissive = 'RESTRICTIVE'"
        " AND 'careplan_app' = ANY(roles)"
    )
    assert set(PATIENT_TABLES) - {name for (name,) in rows} == set()
    public = asked(
        "SELECT tablename, policyname FROM pg_policies WHERE 'public' = ANY(roles)"
    )
    assert public == []


def test_every_insert_and_update_policy_checks_the_new_row():
    rows = asked(
        "SELECT tablename, policyname FROM pg_policies"
        " WHERE cmd IN ('INSERT', 'UPDATE') AND with_check IS NULL"
    )
    assert rows == []


@pytest.mark.parametrize(
    "table", [t for t in PATIENT_TABLES if t != "patients_patient"]
)
def test_an_index_of_the_table_begins_with_the_patient(table):
    rows = asked(
        "SELECT 1 FROM pg_index i JOIN pg_attribute a"
        " ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]"
        " WHERE i.indrelid = %s::regclass AND a.attname = 'patient_id'",
        table,
    )
    assert rows, f"{table} has no index that begins with patient_id"


def test_the_app_role_can_neither_truncate_nor_own_anything():
    rows = asked(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relkind = 'r' AND has_table_privilege('careplan_app', oid, 'TRUNCATE')"
    )
    assert rows == []


def test_functions_that_see_more_have_a_fixed_path_and_are_not_public():
    rows = asked(
        "SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
        " WHERE n.nspname IN ('app', 'public') AND p.prosecdef AND ("
        "  p.proconfig IS NULL OR NOT EXISTS (SELECT FROM unnest(p.proconfig) c"
        "  WHERE c LIKE 'search_path=%%') OR has_function_privilege('public', p.oid, 'EXECUTE'))"
    )
    assert rows == []


def test_there_is_no_view_over_patient_tables_that_skips_policies():
    rows = asked(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND (relkind = 'm' OR (relkind = 'v' AND NOT coalesce("
        " 'security_invoker=true' = ANY(reloptions), false)))"
    )
    assert rows == []
