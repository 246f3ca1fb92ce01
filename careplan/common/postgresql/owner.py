"""Becoming the tables' owner for a while: migrations, and nothing else."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.backends.base.base import BaseDatabaseWrapper

from careplan.common import identity
from careplan.common.postgresql.address import database


@contextmanager
def as_owner(connection: BaseDatabaseWrapper) -> Iterator[BaseDatabaseWrapper]:
    """Point `connection` at DATABASE_OWNER_URL inside the block, same database name."""
    if not settings.DATABASE_OWNER_URL:
        message = "DATABASE_OWNER_URL is not set: only the tables' owner may migrate."
        raise ImproperlyConfigured(message)
    before = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(_login(settings.DATABASE_OWNER_URL))
    try:
        yield connection
    finally:
        connection.close()
        connection.settings_dict.update(before)


def _login(url: str) -> dict[str, Any]:
    owner = database(url)
    return {key: owner[key] for key in ("USER", "PASSWORD", "HOST", "PORT", "OPTIONS")}


def share_new_tables(connection: BaseDatabaseWrapper) -> None:
    """Let the app role use tables made from now on; `RowSecurity` takes back most."""
    with connection.cursor() as cursor:
        for what, kind in (
            ("SELECT, INSERT, UPDATE, DELETE", "TABLES"),
            ("USAGE", "SEQUENCES"),
        ):
            cursor.execute(
                "ALTER DEFAULT PRIVILEGES IN SCHEMA public"
                f" GRANT {what} ON {kind} TO careplan_app"
            )


def keep_identity_key(connection: BaseDatabaseWrapper) -> None:
    """Store the pads that check signed identities; an older key is replaced."""
    inner, outer = identity.pads(settings.IDENTITY_KEY)
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('app.identity_key')")
        if cursor.fetchone()[0] is None:
            return
        cursor.execute(
            "INSERT INTO app.identity_key VALUES ('now', %s, %s) ON CONFLICT (name)"
            " DO UPDATE SET inner_pad = excluded.inner_pad,"
            " outer_pad = excluded.outer_pad",
            [inner, outer],
        )
