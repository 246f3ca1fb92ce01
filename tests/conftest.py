"""What every test stands on: a real PostgreSQL, spoken to as the application's role."""

from collections.abc import Iterator

import pytest
from django.db import connection, connections
from django.test import TransactionTestCase

from careplan.common.postgresql.owner import as_owner
from tests import browsing, chromium, databases, kept, moving, order, servers
from tests.access import ledger, telling
from tests.kept import _django_db_helper, _worlds_stand  # noqa: F401


def pytest_unconfigure(config: pytest.Config) -> None:
    servers.take_down()


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(chromium.Browsers(), "browsers")
    config.pluginmanager.register(browsing, "browsing")
    config.pluginmanager.register(telling.Told(), "access table")
    config.pluginmanager.register(moving.Moving(), "moving")
    config.pluginmanager.register(kept.Kept(), "kept worlds")
    config.pluginmanager.register(order.LongFirst(), "long first")
    if ledger.FILE:
        config.pluginmanager.register(ledger.Ledger(), "access ledger")


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_blocker: pytest.FixtureRequest,
    django_db_modify_db_settings: None,
) -> Iterator[None]:
    """Make the test database as owner; tests then connect as app."""
    name = connection.settings_dict["TEST"]["NAME"]
    with django_db_blocker.unblock():
        databases.make(name)
        connection.close()
        connection.settings_dict["NAME"] = name
        servers.point_at(name)
        _refuse_a_role_that_sees_everything()
    yield
    with django_db_blocker.unblock():
        connections.close_all()
        databases.drop(name)


def _refuse_a_role_that_sees_everything() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == (False,), "tests must not run as a superuser"
        cursor.execute("SELECT count(*) FROM pg_tables WHERE tableowner = current_user")
        assert cursor.fetchone() == (0,), "tests must not run as the tables' owner"


KEPT = frozenset({"django_migrations", "django_content_type", "auth_permission"})
# Only what holds rows: to empty a table that is empty costs as much as one that is full.
# A row that another table still points at waits for the next round.
EMPTY = """
DO $$
DECLARE
  name text; found boolean; round int := 0;
  filled text[] := '{}'; waiting text[]; held text[];
BEGIN
  PERFORM set_config('app.migrating', 'on', true);
  SET CONSTRAINTS ALL DEFERRED;
  FOREACH name IN ARRAY %s::text[] LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM %%s)', name) INTO found;
    IF found THEN
      filled := filled || name;
      EXECUTE format('ALTER TABLE %%s DISABLE TRIGGER USER', name);
    END IF;
  END LOOP;
  waiting := filled;
  WHILE cardinality(waiting) > 0 LOOP
    round := round + 1;
    IF round > 20 THEN RAISE 'these stay filled: %%', waiting; END IF;
    held := '{}';
    FOREACH name IN ARRAY waiting LOOP
      BEGIN
        EXECUTE format('DELETE FROM %%s', name);
      EXCEPTION WHEN foreign_key_violation OR restrict_violation THEN
        held := name || held;
      END;
    END LOOP;
    waiting := held;
  END LOOP;
  SET CONSTRAINTS ALL IMMEDIATE;
  FOREACH name IN ARRAY filled LOOP
    EXECUTE format('ALTER TABLE %%s ENABLE TRIGGER USER', name);
  END LOOP;
END $$
"""


def _empty_every_table(case: TransactionTestCase) -> None:
    """Empty the tables as their owner: the app role may not, and triggers refuse."""
    tables = connection.introspection.django_table_names(only_existing=True)
    # Tables that no model knows, too, so that nothing is left over for another test.
    names = sorted({*tables, "patients_cache", "app.seal_queue"} - KEPT)
    with as_owner(connection), connection.cursor() as cursor:
        cursor.execute(EMPTY, [names])


TransactionTestCase._fixture_teardown = _empty_every_table  # type: ignore[method-assign]
