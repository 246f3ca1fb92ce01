"""`manage.py demo`: it runs, is found, stops what it started, and survives a kill."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from careplan.embedded import demo, places
from careplan.embedded.postgres import Postgres, command_line
from careplan.embedded.valkey import Valkey
from tests.house.commands import ROOT

PATIENCE = 150  # seconds; a start takes ten on an idle machine


class Demo:
    """A demo in a process and a place of its own."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.output = state / "output"

    def start(self, *arguments: str) -> str:
        """Start it and wait until it runs; give its address."""
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                self._command(*arguments), stdout=output, stderr=output, **self._place()
            )
        deadline = time.monotonic() + PATIENCE
        while not (found := re.search(r"(http://\S+)/\n", self.output.read_text())):
            assert self.process.poll() is None, self.output.read_text()
            assert time.monotonic() < deadline, self.output.read_text()
            time.sleep(0.1)
        return found[1]

    def ask(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the command to its end."""
        return subprocess.run(
            self._command(*arguments),
            check=False,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            **self._place(),
        )

    def processes(self) -> list[int]:
        """List every process that carries this demo's place or was started by it."""
        pids = [int(path.name) for path in Path("/proc").glob("[0-9]*")]
        return [pid for pid in pids if str(self.state) in command_line(pid)]

    def _command(self, *arguments: str) -> list[str]:
        return [sys.executable, "manage.py", "demo", *arguments]

    def _place(self) -> dict[str, object]:
        servers = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "EMAIL_BACKEND")
        kept = {k: v for k, v in os.environ.items() if k not in servers}
        kept["DJANGO_SETTINGS_MODULE"] = "careplan.settings"
        return {"cwd": ROOT, "env": kept | {"CAREPLAN_STATE": str(self.state)}}


@pytest.fixture(scope="module")
def state():
    """Give the demo a place. Whichever test is first fills it; the next start is quick."""
    made = places.folder(ROOT / ".state" / f"test-demo-{os.getpid()}")
    yield made
    shutil.rmtree(made)


@pytest.fixture
def running(state):
    made = Demo(state)
    yield made
    if made.process.poll() is None:
        made.process.send_signal(signal.SIGINT)
        made.process.wait(60)
    Postgres(state / "demo" / "postgres", durable=True).stop()
    Valkey(state / "demo" / "valkey", durable=True).stop()


@pytest.mark.workers
@pytest.mark.long
def test_a_demo_runs_is_found_and_stops_all_that_it_started(running):
    taken = socket.create_server(("127.0.0.1", 0))
    port = taken.getsockname()[1]
    address = running.start("--port", str(port))
    assert f"Port {port} is taken; using " in running.output.read_text()
    taken.close()
    with urllib.request.urlopen(f"{address}/demo/mail/", timeout=20) as page:
        assert page.status == 200

    second = running.ask()
    assert f"already running at {address}/" in second.stdout
    assert second.returncode == 0
    refused = running.ask("--reset")
    assert "Stop it first" in refused.stderr
    assert refused.returncode == 1

    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(60) == 0
    assert running.processes() == []


@pytest.mark.workers
@pytest.mark.long
def test_a_killed_demo_leaves_nothing_that_hinders_the_next(running):
    running.start("--port", "8900")
    keys = (running.state / "demo" / "keys.json").read_text()
    running.process.kill()
    running.process.wait()

    running.start("--port", "8900")
    said = running.output.read_text()
    assert "Stopped 4 processes that an interrupted demo had left running." in said
    assert "PostgreSQL: found running." in said
    assert (running.state / "demo" / "keys.json").read_text() == keys

    running.process.terminate()
    assert running.process.wait(60) == 0
    assert running.processes() == []


NOWHERE = {
    "DATABASE_URL": "postgresql://careplan_app@127.0.0.1:1/careplan",
    "DATABASE_OWNER_URL": "postgresql://careplan_owner@127.0.0.1:1/careplan",
}


@pytest.mark.parametrize(
    ("command", "servers", "said"),
    [
        ("demo", NOWHERE, "The database in DATABASE_URL cannot be reached: "),
        ("test", NOWHERE, "The database in DATABASE_URL cannot be reached: "),
        ("demo", {"DATABASE_URL": "postgresql://"}, "DATABASE_OWNER_URL is not: both"),
        (
            "demo",
            {"REDIS_URL": "redis://127.0.0.1:1"},
            "The server in REDIS_URL cannot",
        ),
        ("test", {"REDIS_URL": "redis"}, "REDIS_URL is no address of a server"),
    ],
)
def test_an_unreachable_server_is_said_in_one_sentence(command, servers, said):
    if command == "demo" and "REDIS_URL" in servers:
        servers = servers | {
            name: os.environ[name] for name in NOWHERE
        }  # else it would start a PostgreSQL first
    done = _asked(command, servers)
    assert done.returncode == 1
    assert said in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr + done.stdout


def _asked(command: str, servers: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, with the servers that are named and no others."""
    ours = ("DATABASE_", "REDIS_", "CAREPLAN_TEST_", "PYTEST_", "DJANGO_")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
    state = ROOT / ".state" / f"test-nowhere-{os.getpid()}"
    words = ["tests/common/test_columns.py", "-q"] if command == "test" else []
    done = subprocess.run(
        [sys.executable, "manage.py", command, *words],
        check=False,
        cwd=ROOT,
        env=kept | {"CAREPLAN_STATE": str(state)} | servers,
        capture_output=True,
        text=True,
        timeout=60,
    )
    shutil.rmtree(state, ignore_errors=True)
    return done


def test_a_taken_port_gives_the_next_free_one(capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        listeners = demo._listen(port)
        assert listeners[0].getsockname()[1] > port
        for each in listeners:
            each.close()
    assert f"Port {port} is taken; using" in capsys.readouterr().out
