"""`manage.py prove NAME` on servers of its own, in `.state/prove`, with safe writes on.

DATABASE_URL (with DATABASE_OWNER_URL) and REDIS_URL name others instead; then faults
that stop a server are left out, and said so.
"""

import base64
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from careplan.embedded import places
from careplan.embedded.postgres import Postgres
from careplan.embedded.valkey import Valkey

ROOT = Path(__file__).resolve().parent.parent.parent
HOME = ROOT / ".state" / "prove"
ROLES = ROOT / "careplan" / "common" / "sql" / "roles.sql"


def postgres() -> Postgres:
    return Postgres(HOME / "postgres", durable=True, max_connections=120)


def valkey() -> Valkey:
    return Valkey(HOME / "valkey", durable=False)


def postmaster() -> int:
    """The process id of PostgreSQL's first process, to be killed by a proof."""
    file = next(HOME.rglob("postmaster.pid"))
    return int(file.read_text(encoding="utf-8").split()[0])


@contextmanager
def servers() -> Iterator[None]:
    """Start both, migrate, and set the environment that Django is to find."""
    if "DATABASE_URL" in os.environ:
        yield
        return
    places.folder(HOME)
    database, broker = postgres(), valkey()
    try:
        database.start()
        database.prepare("careplan", ROLES)
        broker.start()
        os.environ.update(_environment(database, broker))
        subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), "migrate", "--noinput", "-v0"],
            check=True,
            cwd=ROOT,
        )
        yield
    finally:
        broker.stop()
        database.stop()


def _environment(database: Postgres, broker: Valkey) -> dict[str, str]:
    return {
        "CAREPLAN_PROVE_HOME": str(HOME),
        "DEMO": "1",  # plain http and a mailbox on the loopback are as meant here
        "CAREPLAN_DEMO_HOME": str(HOME),
        "SECRET_KEY": secrets.token_urlsafe(64),
        "CAREPLAN_IDENTITY_KEY": secrets.token_urlsafe(48),
        "CAREPLAN_FIELD_KEYS": "p1:"
        + base64.b64encode(secrets.token_bytes(32)).decode(),
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "SITE_ADDRESS": "http://localhost",
        "DATABASE_URL": database.url("careplan_app", "careplan"),
        "DATABASE_OWNER_URL": database.url("careplan_owner", "careplan"),
        "REDIS_URL": broker.url(),
        "EMAIL_HOST": "127.0.0.1",
        "LOG_LEVEL": "WARNING",
    }
