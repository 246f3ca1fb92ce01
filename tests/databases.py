"""One migrated database for each test process, copied from one that is kept.

Migrating takes seconds and copying takes a tenth of one, so the migrated template
stays in the test cluster until a file that shapes the tables changes.
"""

import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from psycopg import sql

from careplan.embedded import places
from tests import servers

PRODUCT = ("careplan", "journal", "patients")
IMPORTED = re.compile(r"^from ((?:careplan|journal|patients)[\w.]*) import", re.M)


def make(name: str) -> None:
    """Make a migrated database of this name; one that a killed run left is replaced."""
    template = f"{_prefix()}{_fingerprint()}"
    with places.locked(servers.HOME / "template.lock"):
        if not _exists(template):
            _forget_templates()
            _build(template)
        drop(name)
        _as_owner("CREATE DATABASE {} TEMPLATE {}", name, template)


def drop(name: str) -> None:
    """Remove a database, whoever is still connected to it."""
    _hang_up(name)
    _as_owner("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def _hang_up(name: str) -> None:
    # The owner may not end the app's sessions, and a page's server may still hold one.
    app = psycopg.connect(
        os.environ["DATABASE_URL"], dbname="postgres", autocommit=True
    )
    with app:
        app.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = %s AND usename = current_user",
            [name],
        )


def _build(template: str) -> None:
    # Under another name until it is whole: an interrupted run must leave no template.
    unfinished = f"{template}_unfinished"
    drop(unfinished)
    _as_owner("CREATE DATABASE {}", unfinished)
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = unfinished
    try:
        call_command("migrate", verbosity=0, interactive=False)
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before
    _as_owner("ALTER DATABASE {} RENAME TO {}", unfinished, template)


def _forget_templates() -> None:
    for (name,) in _rows(
        "SELECT datname FROM pg_database WHERE datname ~ %s", f"^{_prefix()}"
    ):
        drop(name)


def _prefix() -> str:
    # Two checkouts may share a cluster: each keeps and forgets its own templates.
    checkout = hashlib.sha256(str(servers.ROOT).encode()).hexdigest()[:8]
    return f"template_c_{checkout}_"


def _exists(name: str) -> bool:
    return bool(_rows("SELECT 1 FROM pg_database WHERE datname = %s", name))


def _as_owner(statement: str, *names: str) -> None:
    with _owner() as owner:
        owner.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _rows(query: str, *values: str) -> list[Any]:
    with _owner() as owner:
        return owner.execute(query, values).fetchall()


def _owner() -> psycopg.Connection[Any]:
    url = os.environ["DATABASE_OWNER_URL"]
    return psycopg.connect(url, dbname="postgres", autocommit=True)


def _fingerprint() -> str:
    """Name the state of everything that shapes the tables."""
    digest = hashlib.sha256(settings.IDENTITY_KEY.encode())
    for file in sorted(set(_shaping())):
        digest.update(str(file.relative_to(servers.ROOT)).encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _shaping() -> Iterator[Path]:
    yield servers.ROOT / "requirements-dev.lock"
    yield servers.ROOT / "careplan" / "settings.py"
    yield servers.ROOT / "patients" / "history.py"
    yield from (servers.ROOT / "careplan" / "common").rglob("*.py")
    for room in PRODUCT:
        yield from (servers.ROOT / room).rglob("*.sql")
        yield from (servers.ROOT / room).rglob("models*.py")
        yield from (servers.ROOT / room).rglob("models/*.py")
        for migration in (servers.ROOT / room).rglob("migrations/*.py"):
            yield migration
            yield from _imported(migration)


def _imported(migration: Path) -> Iterator[Path]:
    for module in IMPORTED.findall(migration.read_text(encoding="utf-8")):
        place = servers.ROOT.joinpath(*module.split("."))
        yield from (
            f for f in (place.with_suffix(".py"), place / "__init__.py") if f.exists()
        )
