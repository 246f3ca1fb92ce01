"""Processes that the demo starts, watches and stops: its own, and no others."""

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from careplan.embedded.postgres import command_line

GRACE = 15.0  # seconds between asking a process to stop and ending it


@dataclass(frozen=True)
class Child:
    """One started process, its name for people, and its log."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def last_words(self, count: int = 5) -> str:
        """Give the last lines of its log."""
        lines = self.log.read_text(errors="replace").strip().splitlines()
        return "\n".join(f"    {line}" for line in lines[-count:])


class Family:
    """The children of one demo. Their ids are written down, in case it is killed."""

    def __init__(self, home: Path) -> None:
        self._logs = home / "log"
        self._register = home / "processes.json"
        self._logs.mkdir(parents=True, exist_ok=True)
        self.children: list[Child] = []

    def start(
        self,
        name: str,
        command: Sequence[str],
        *,
        env: Mapping[str, str],
        cwd: Path,
        pass_fds: Sequence[int] = (),
    ) -> Child:
        """Start a process in a session of its own: Ctrl-C reaches the demo alone."""
        log = self._logs / f"{name}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                command,
                env=env,
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=pass_fds,
            )
        child = Child(name=name, process=process, log=log)
        self.children.append(child)
        self._write_down()
        return child

    def first_to_end(self) -> Child | None:
        """Give a child that has ended, if one has."""
        for child in self.children:
            if child.process.poll() is not None:
                return child
        return None

    def stop(self) -> list[str]:
        """Stop all of them, the last started first, and give their names."""
        living = [c for c in reversed(self.children) if c.process.poll() is None]
        for child in living:
            child.process.terminate()
        deadline = time.monotonic() + GRACE
        for child in living:
            try:
                child.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                _end_session(child.process.pid)
                child.process.wait()
        self.children = []
        self._register.unlink(missing_ok=True)
        return [child.name for child in living]

    def stop_orphans(self) -> int:
        """Stop what a killed demo left running in this folder, and count it.

        A process id may belong to someone else by now: only one whose command line
        is still the one written down is stopped.
        """
        try:
            written = json.loads(self._register.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return 0
        orphans = [
            row["pid"]
            for row in written
            if row["command"] and row["command"] == command_line(row["pid"])
        ]
        for pid in orphans:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        _wait_until_gone(orphans)
        self._register.unlink(missing_ok=True)
        return len(orphans)

    def note(self) -> None:
        """Write the command lines down again: programs may rename themselves."""
        self._write_down()

    def _write_down(self) -> None:
        rows = [
            {"pid": c.process.pid, "command": _settled_command_line(c.process)}
            for c in self.children
        ]
        self._register.write_text(json.dumps(rows), encoding="utf-8")


def _settled_command_line(process: subprocess.Popen[bytes]) -> str:
    # A process that has just begun shows none yet.
    for _ in range(100):
        if (line := command_line(process.pid)) or process.poll() is not None:
            return line
        time.sleep(0.01)
    return ""


def _wait_until_gone(pids: Sequence[int]) -> None:
    deadline = time.monotonic() + GRACE
    for pid in pids:
        while command_line(pid):
            if time.monotonic() > deadline:
                _end_session(pid)
                break
            time.sleep(0.05)


def _end_session(pid: int) -> None:
    # Each child leads a session of its own, so this reaches what we started only.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
