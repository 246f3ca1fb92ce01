"""The production shape runs: each command of the image and of docker-compose.yml.

Docker itself is not needed: the commands are read from the two files and started as
they stand there, each with nothing in its environment but the production settings.
Their own health checks say when they are well.
"""

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import urlsplit, urlunsplit

import pytest

from tests import databases
from tests.house.commands import ROOT, manage, production
from tests.house.test_compose import COMPOSE, DOCKERFILE, services

DATABASE = "test_careplan_production"
BINARIES = Path(sys.executable).parent
HEADERS = {"Host": "care.example.org", "X-Forwarded-Proto": "https"}


def address(name: str, database: str = DATABASE) -> str:
    return urlunsplit(urlsplit(os.environ[name])._replace(path=f"/{database}"))


def web_command(port: int) -> list[str]:
    """Read the image's command, with a port of this run instead of 8000."""
    listed = re.search(r"^CMD (\[.+?\])$", DOCKERFILE, re.M | re.S)
    assert listed
    words = json.loads(listed[1].replace("\\\n", ""))
    return [word.replace("0.0.0.0:8000", f"127.0.0.1:{port}") for word in words]


def command_of(service: str, home: Path) -> list[str]:
    """Read a service's command, with a folder of this run instead of /tmp."""
    line = re.search(r"^    command: (.+)$", services()[service], re.M)
    assert line
    return shlex.split(line[1].replace("/tmp/", f"{home}/"))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: list[str], env: dict[str, str], log: Path) -> Iterator[None]:
    """Start a command and stop it as Docker would: SIGTERM, then wait for its end."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            [str(BINARIES / command[0]), *command[1:]],
            cwd=ROOT, env=env, stdout=out, stderr=out,
        )  # fmt: skip
        try:
            yield
            assert process.poll() is None, log.read_text()
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(90)
    assert process.returncode in {0, -signal.SIGTERM}, log.read_text()


def until(well, what: str, logs: Path) -> None:
    end = monotonic() + 120
    while not well():
        assert monotonic() < end, what + "".join(
            log.read_text()[-2000:] for log in logs.glob("*.log")
        )
        sleep(0.3)


def answer(port: int, path: str) -> tuple[int, dict[str, str]]:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=HEADERS)
    try:
        with urllib.request.urlopen(request, timeout=5) as got:
            return got.status, dict(got.headers)
    except OSError:
        return 0, {}


def passes(check: list[str], env: dict[str, str]) -> bool:
    return subprocess.run(check, cwd=ROOT, env=env, capture_output=True).returncode == 0


@pytest.fixture
def settings_of_production(tmp_path, django_db_setup):
    """Safe settings on a database that the migrate service has passed over."""
    databases.make(DATABASE)
    static = tmp_path / "static"
    env = production(
        DATABASE_URL=address("DATABASE_URL"),
        PATH=f"{BINARIES}:{os.environ['PATH']}",
        DJANGO_SETTINGS_MODULE="careplan.settings",
        STATIC_ROOT=str(static),
        TMPDIR=str(tmp_path),
        HOSTNAME="production-test",
        DEFAULT_FROM_EMAIL="Your reminders <hello@example.org>",
    )
    assert manage("collectstatic", "--noinput", "-v0", env=env).returncode == 0
    owner = {**env, "DATABASE_OWNER_URL": address("DATABASE_OWNER_URL")}
    migrated = manage(*command_of("migrate", tmp_path)[2:], env=owner)
    assert migrated.returncode == 0, migrated.stderr
    yield env
    databases.drop(DATABASE)


@pytest.mark.workers
@pytest.mark.long
@pytest.mark.timeout(280)
def test_web_worker_and_beat_run_under_production_settings(
    settings_of_production, tmp_path
):
    """Issue 2: production starts from its own files and each part says it is well."""
    env, port = settings_of_production, free_port()
    worker = [*command_of("worker", tmp_path), "--hostname", "celery@production-test"]
    ping = "celery -A careplan.celery inspect ping -d celery@production-test -t 5"
    assert "inspect ping -d celery@" in COMPOSE
    with (
        running(web_command(port), env, tmp_path / "web.log"),
        running(worker, env, tmp_path / "worker.log"),
        running(command_of("beat", tmp_path), env, tmp_path / "beat.log"),
    ):
        until(lambda: answer(port, "/health/ready/")[0] == 200, "web", tmp_path)
        until(lambda: passes(["sh", "-c", ping], env), "worker", tmp_path)
        until(lambda: list(tmp_path.glob("beat*")), "beat", tmp_path)
        status, headers = answer(port, "/sign-in/")
    assert status == 200
    assert "max-age=31536000" in headers["Strict-Transport-Security"]
    assert "Secure" in headers["Set-Cookie"]
    assert "Traceback" not in (tmp_path / "web.log").read_text()
