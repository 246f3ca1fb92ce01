"""Real worker and beat processes on the database and broker that we ourselves use."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parents[3]
CELERY = [sys.executable, "-m", "celery", "-A", "careplan.celery"]


def database_url() -> str:
    """The address of the database this process is connected to."""
    known = connection.settings_dict
    words = {key: str(value) for key, value in known["OPTIONS"].items() if value}
    options = {key: words[key] for key in ("host", "sslmode") if key in words}
    if known["HOST"]:
        options["host"] = str(known["HOST"])
    if known["PORT"]:
        options["port"] = str(known["PORT"])
    user = quote(str(known["USER"]), safe="")
    password = quote(str(known["PASSWORD"] or ""), safe="")
    login = f"{user}:{password}" if password else user
    return f"postgresql://{login}@/{quote(str(known['NAME']))}?{urlencode(options)}"


def environment(**changes: str) -> dict[str, str]:
    """What a process of ours needs to know, with `changes` on top."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "careplan.settings",
        "SECRET_KEY": settings.SECRET_KEY,
        "CAREPLAN_IDENTITY_KEY": settings.IDENTITY_KEY,
        "DATABASE_URL": database_url(),
        "DATABASE_OWNER_URL": "",
        "REDIS_URL": settings.REDIS_URL,
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "SITE_ADDRESS": settings.SITE_ADDRESS,
        "EMAIL_HOST": "127.0.0.1",
        "PYTHONUNBUFFERED": "1",
        "LOG_LEVEL": "WARNING",
        **changes,
    }


@dataclass
class Crew:
    """Processes that belong together, each stopped when the block ends."""

    env: dict[str, str]
    log: Path
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)
    started: int = 0

    def __enter__(self) -> Crew:
        self.log.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.running:
            self._signal(process, signal.SIGKILL)
        for process in self.running:
            process.wait()

    def worker(self, *, processes: int = 1, **env: str) -> subprocess.Popen[bytes]:
        """Start a Celery worker; it has a process group of its own to be killed by."""
        self.started += 1
        options = ["--without-gossip", "--without-mingle", "-n", f"w{self.started}@%h"]
        return self.start(
            [*CELERY, "worker", "-c", str(processes), "-l", "WARNING", *options],
            **env,
        )

    def beat(self) -> subprocess.Popen[bytes]:
        self.started += 1
        schedule = str(self.log / f"beat-{self.started}")
        return self.start(
            [*CELERY, "beat", "-s", schedule, "--pidfile=", "-l", "WARNING"]
        )

    def start(self, command: list[str], **env: str) -> subprocess.Popen[bytes]:
        with (self.log / f"process-{len(self.running)}.log").open("wb") as out:
            process = subprocess.Popen(  # noqa: S603 (our own words)
                command,
                env=self.env | env,
                cwd=ROOT,
                stdout=out,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        self.running.append(process)
        return process

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """kill -9, the whole group: main process and children, as a machine dies."""
        self._signal(process, signal.SIGKILL)
        process.wait()
        self.running.remove(process)

    def terminate(self, process: subprocess.Popen[bytes], patience: float) -> float:
        """SIGTERM to the main process, as a deployment does; says how long it took."""
        began = time.monotonic()
        process.terminate()
        process.wait(timeout=patience)
        self.running.remove(process)
        return time.monotonic() - began

    @staticmethod
    def _signal(process: subprocess.Popen[bytes], number: int) -> None:
        with suppress(ProcessLookupError):  # ended by itself
            os.killpg(process.pid, number)
