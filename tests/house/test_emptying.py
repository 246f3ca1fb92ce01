"""What a test committed is gone before the next one, and nothing stays unlocked."""

import pytest
from django.db import connection

from careplan.common.postgresql.owner import as_owner
from tests import factory
from tests.conftest import KEPT, _empty_every_table


@pytest.mark.django_db(transaction=True)
def test_every_row_is_gone_and_every_trigger_is_back():
    factory.member(factory.patient(), factory.clinician())
    assert filled() >= {"patients_patient", "patients_consent", "patients_changeevent"}
    _empty_every_table(None)
    assert filled() == set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgenabled = 'D'")
        assert cursor.fetchone() == (0,)


def filled() -> set[str]:
    tables = set(connection.introspection.django_table_names(only_existing=True)) - KEPT
    asked = " UNION ALL ".join(
        f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in tables
    )
    with as_owner(connection), connection.cursor() as cursor:
        cursor.execute("SET app.migrating = 'on'")
        cursor.execute(asked)
        return {name for (name,) in cursor.fetchall()}
