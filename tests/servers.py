"""The servers that the tests run on: real ones, of this checkout, in `.state/test`.

They start with the first run and stop with the last; each run has a slot of its own,
so that several may run at once. DATABASE_URL (with DATABASE_OWNER_URL) and REDIS_URL
name others instead.
"""

import os
import sys
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit, urlunsplit

from careplan.embedded import places, reach
from careplan.embedded.postgres import Postgres
from careplan.embedded.refusal import Refusal
from careplan.embedded.valkey import Valkey

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / ".state" / "test"
ROLES = ROOT / "careplan" / "common" / "sql" / "roles.sql"
SLOTS = 16  # runs at once
WORKERS = 16  # processes in one run

_slot: IO[str] | None = None


def bring_up() -> None:
    """Make the servers answer and put their addresses into the environment.

    A run's worker processes inherit the addresses of the process that started them.
    """
    if "pytest" not in sys.modules:  # mypy and makemigrations read settings only
        os.environ.setdefault("DATABASE_URL", "postgresql://careplan_app@/careplan")
        os.environ.setdefault("REDIS_URL", "redis://localhost")
        return
    if "CAREPLAN_TEST_SLOT" not in os.environ:
        try:
            _claim_slot()
            _start()
        except Refusal as refusal:
            sys.exit(str(refusal))
    if "CAREPLAN_TEST_VALKEY" in os.environ:
        os.environ["REDIS_URL"] = _valkey().url(_valkey_database())


def take_down() -> None:
    """Give the slot back; the last run to do so stops the servers it found or started."""
    global _slot
    if _slot is None:
        return
    with places.locked(HOME / "servers.lock"):
        _slot.close()
        _slot = None
        if not _somebody_else_runs():
            _valkey().stop()
            _postgres().stop()


def database_name() -> str:
    """Give this run's database; pytest-django adds the worker's name to it."""
    return f"test_careplan_{os.environ.get('CAREPLAN_TEST_SLOT', '0')}"


def point_at(database: str) -> None:
    """Lead processes that a test starts to this process's own database."""
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        address = urlsplit(os.environ[name])
        os.environ[name] = urlunsplit(address._replace(path=f"/{database}"))


def _claim_slot() -> None:
    global _slot
    places.folder(HOME)
    for number in range(SLOTS):
        _slot = places.try_lock(HOME / f"slot-{number}.lock")
        if _slot is not None:
            os.environ["CAREPLAN_TEST_SLOT"] = str(number)
            return
    raise Refusal(f"{SLOTS} test runs are using {HOME} already; wait for one to end.")


def _start() -> None:
    with places.locked(HOME / "servers.lock"):
        if url := os.environ.get("DATABASE_URL"):
            reach.require_database(url, os.environ.get("DATABASE_OWNER_URL", ""))
        else:
            database = _postgres()
            database.start()
            database.prepare("careplan", ROLES)
            os.environ["DATABASE_URL"] = database.url("careplan_app", "careplan")
            os.environ["DATABASE_OWNER_URL"] = database.url(
                "careplan_owner", "careplan"
            )
        if url := os.environ.get("REDIS_URL"):
            reach.require_broker(url)
        else:
            _valkey().start()
            os.environ["CAREPLAN_TEST_VALKEY"] = "1"


def _somebody_else_runs() -> bool:
    for file in HOME.glob("slot-*.lock"):
        lock = places.try_lock(file)
        if lock is None:
            return True
        lock.close()
    return False


def _valkey_database() -> int:
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    return int(os.environ["CAREPLAN_TEST_SLOT"]) * WORKERS + int(worker)


def _postgres() -> Postgres:
    return Postgres(HOME / "postgres", durable=False, max_connections=200)


def _valkey() -> Valkey:
    return Valkey(HOME / "valkey", durable=False)
