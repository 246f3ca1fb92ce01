"""The embedded servers: found running, stopped alone, whole again after a kill."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
import redis

from careplan.embedded import places
from careplan.embedded.postgres import Postgres
from careplan.embedded.processes import Family
from careplan.embedded.refusal import Refusal
from careplan.embedded.valkey import Valkey
from tests.house.commands import ROOT

ROLES = ROOT / "careplan" / "common" / "sql" / "roles.sql"


@pytest.fixture(scope="module")
def home():
    # Not tmp_path: PostgreSQL runs as another user when these tests run as root.
    made = ROOT / ".state" / f"test-servers-{os.getpid()}"
    yield places.folder(made)
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(scope="module")
def database(home):
    server = Postgres(home / "postgres", durable=True, max_connections=10)
    server.start()
    server.prepare("careplan", ROLES)
    yield server
    server.stop()


def test_a_running_server_is_found(database):
    assert database.start() is False


def test_each_role_has_the_powers_it_should_and_no_other(database):
    asked = (
        "SELECT rolsuper, rolbypassrls, rolcreatedb FROM pg_roles WHERE rolname = %s"
    )
    powers = {
        "owner": (0, 0, 1),
        "app": (0, 0, 0),
        "erase": (0, 0, 0),
        "backup": (0, 1, 0),
    }
    with psycopg.connect(database.url("careplan_app", "careplan")) as connection:
        for role, expected in powers.items():
            found = connection.execute(asked, [f"careplan_{role}"]).fetchone()
            assert found == tuple(map(bool, expected)), role


def test_a_migration_waits_two_seconds_at_most_for_a_lock(database):
    """E7: a page behind it waits no longer."""
    with psycopg.connect(database.url("careplan_owner", "careplan")) as connection:
        assert connection.execute("SHOW lock_timeout").fetchone() == ("2s",)


def test_the_app_may_use_rows_of_a_new_table_and_change_no_table(database):
    with psycopg.connect(database.url("careplan_owner", "careplan")) as owner:
        owner.execute("CREATE TABLE IF NOT EXISTS sample (id int)")
    app = psycopg.connect(database.url("careplan_app", "careplan"), autocommit=True)
    with app:
        app.execute("INSERT INTO sample VALUES (1)")
        for statement in ("TRUNCATE sample", "DROP TABLE sample", "CREATE TABLE t ()"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(statement)


def test_preparing_again_changes_nothing(database):
    database.prepare("careplan", ROLES)
    with psycopg.connect(database.url("careplan_app", "careplan")) as app:
        assert app.execute("SELECT current_user").fetchone() == ("careplan_app",)


def test_a_killed_database_starts_again_with_what_was_saved(database, home):
    with psycopg.connect(database.url("careplan_owner", "careplan")) as owner:
        owner.execute("CREATE TABLE saved AS SELECT 7 AS number")
    os.kill(_postmaster(home), signal.SIGKILL)
    assert database.start() is True
    with psycopg.connect(database.url("careplan_owner", "careplan")) as owner:
        assert owner.execute("SELECT number FROM saved").fetchone() == (7,)


def test_a_stale_lock_that_names_somebody_elses_process_is_cleared(database, home):
    database.stop()
    lock = _data(home) / "postmaster.pid"
    lock.write_text(f"{os.getpid()}\n{_data(home)}\n", encoding="utf-8")
    assert database.start() is True


def test_a_killed_valkey_starts_again_over_its_stale_socket(home):
    server = Valkey(home / "valkey", durable=True)
    assert server.start() is True
    assert server.start() is False
    client = redis.Redis(unix_socket_path=str(home / "valkey" / "valkey.sock"))
    client.set("kept", "yes")
    time.sleep(1.1)  # the log of writes reaches the disk each second
    os.kill(client.info("server")["process_id"], signal.SIGKILL)
    time.sleep(0.1)
    assert server.start() is True
    assert client.get("kept") == b"yes"
    server.stop()
    with pytest.raises(redis.ConnectionError):
        client.ping()


def test_a_home_with_a_long_path_gets_a_short_private_socket_folder(tmp_path):
    deep = tmp_path / ("x" * 90)
    short = places.socket_folder(deep)
    try:
        assert len(str(short)) < places.LONGEST_SOCKET_FOLDER
        assert short.stat().st_mode & 0o777 == 0o700
        short.chmod(0o755)
        with pytest.raises(Refusal, match="somebody else"):
            places.socket_folder(deep)
    finally:
        short.rmdir()


def test_a_folder_that_cannot_be_written_is_refused_in_a_sentence():
    with pytest.raises(Refusal, match="cannot be written"):
        places.folder(Path("/proc/careplan"))


def test_orphans_of_a_killed_demo_are_stopped_and_nobody_else(tmp_path):
    family = Family(tmp_path)
    ours = _sleeper(family)
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(61)"])
    register = tmp_path / "processes.json"
    register.write_text(
        register.read_text().replace(
            "]", f', {{"pid": {stranger.pid}, "command": "x"}}]'
        )
    )
    assert Family(tmp_path).stop_orphans() == 1
    assert ours.process.wait(5) == -signal.SIGTERM
    assert stranger.poll() is None
    stranger.terminate()
    stranger.wait()


def _sleeper(family):
    command = [sys.executable, "-c", "import time; time.sleep(60)"]
    return family.start("sleeper", command, env=dict(os.environ), cwd=ROOT)


def _data(home: Path) -> Path:
    return home / "postgres" / "data"


def _postmaster(home: Path) -> int:
    return int((_data(home) / "postmaster.pid").read_text().split()[0])
