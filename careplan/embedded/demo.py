"""`manage.py demo`: the whole of Careplan on this machine, for looking at.

Everything it keeps lies in `.state/demo` (CAREPLAN_STATE names another place than
`.state`); what it starts, it stops.
"""

import argparse
import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from careplan.embedded import demo_servers, places, postgres, valkey
from careplan.embedded.demo_servers import HOME, ROOT, Servers
from careplan.embedded.postgres import Postgres
from careplan.embedded.processes import Child, Family
from careplan.embedded.progress import say
from careplan.embedded.refusal import Refusal
from careplan.embedded.valkey import Valkey

FIRST_PORT = 8000
PORTS_TRIED = 50
PATIENCE = 60.0  # seconds for web and worker to answer


@dataclass(frozen=True)
class Wish:
    """What was asked for on the command line."""

    port: int
    reset: bool


def main(arguments: list[str]) -> int:
    """Start the demo, stay until Ctrl-C, stop everything it started."""
    wish = _parse(arguments)
    places.folder(HOME.parent)
    lock = places.try_lock(HOME.parent / "demo.lock")
    if lock is None:
        return _already_running(wish)
    lock.truncate(0)
    with lock, _interruptible():
        try:
            return _run(wish, lock)
        except KeyboardInterrupt:
            return 0


def _parse(arguments: list[str]) -> Wish:
    parser = argparse.ArgumentParser(
        prog="manage.py demo", description="Run Careplan here with invented people."
    )
    parser.add_argument("--port", type=int, default=FIRST_PORT)
    parser.add_argument(
        "--reset", action="store_true", help="throw the demo's data away first"
    )
    given = parser.parse_args(arguments)
    return Wish(port=given.port, reset=given.reset)


def _run(wish: Wish, lock: IO[str]) -> int:
    began = time.monotonic()
    places.folder(HOME)
    family = Family(HOME)
    if count := family.stop_orphans():
        say(f"Stopped {count} processes that an interrupted demo had left running.")
    if wish.reset:
        _reset()
        family = Family(HOME)
    listeners = _listen(wish.port)
    port = listeners[0].getsockname()[1]
    address = f"http://localhost:{port}"

    with contextlib.ExitStack() as cleanup:
        servers = demo_servers.start(cleanup)
        cleanup.callback(_stop_parts, family)
        env = demo_servers.environment(servers, address)
        _fill(servers, env)
        _start_parts(family, env, listeners)
        _wait_for(family, port)
        _announce(lock, address, time.monotonic() - began)
        return _stay(family)


def _stop_parts(family: Family) -> None:
    # A second Ctrl-C must not leave half of it running.
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)
    say("\nStopping ...")
    if stopped := family.stop():
        say(f"Stopped {', '.join(stopped)}.")


# --- Finding a running demo, starting afresh ----------------------------------


def _already_running(wish: Wish) -> int:
    told = (HOME.parent / "demo.lock").read_text(encoding="utf-8").strip()
    where = f"at {told}" if told else "and is still getting ready"
    if wish.reset:
        raise Refusal(f"The demo is running {where}. Stop it first (Ctrl-C there).")
    say(f"The demo is already running {where}.")
    _print_people()
    return 0


def _reset() -> None:
    if os.environ.get("DATABASE_URL"):
        message = (
            "--reset throws away the embedded database only, and DATABASE_URL names"
            " another one. Empty that one yourself."
        )
        raise Refusal(message)
    Postgres(HOME / "postgres", durable=True).stop()
    Valkey(HOME / "valkey", durable=True).stop()
    postgres.forget(HOME / "postgres")
    valkey.forget(HOME / "valkey")
    shutil.rmtree(HOME, ignore_errors=True)
    places.folder(HOME)
    say("The demo's data is gone; starting afresh.")


# --- Tables, static files, invented people --------------------------------------


def _fill(servers: Servers, env: dict[str, str]) -> None:
    owner = env | {"DATABASE_OWNER_URL": servers.owner_url}
    static = _start_manage("collectstatic", "--noinput", "-v0", env=env)
    tables = _start_manage("migrate", "--noinput", "-v0", env=owner)
    _finish(tables, "The tables could not be made")
    say("Tables: up to date.")
    _finish(static, "The static files could not be collected")
    say("Static files: collected.")
    _seed(servers, env)


def _seed(servers: Servers, env: dict[str, str]) -> None:
    """Let `seed_demo` invent people, once for each database."""
    done = HOME / f"seeded-{places.fingerprint(Path(servers.app_url))}"
    command = ROOT / "careplan" / "home" / "management" / "commands" / "seed_demo.py"
    if done.exists() or not command.exists():
        return
    say("People: inventing them and their months of records ...")
    _finish(_start_manage("seed_demo", env=env), "The demo's people could not be made")
    done.touch()


def _start_manage(*arguments: str, env: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        env=env,
        cwd=ROOT,
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def _finish(process: subprocess.Popen[str], otherwise: str) -> None:
    output, _ = process.communicate()
    if process.returncode == 0:
        return
    if "No space left on device" in output:
        raise Refusal(f"{otherwise}: the disk is full.")
    last = "\n".join(output.strip().splitlines()[-12:])
    raise Refusal(f"{otherwise}:\n{last}")


# --- Web, worker, beat, mailbox ---------------------------------------------------


def _listen(wanted: int) -> list[socket.socket]:
    """Open the first free port from `wanted` on, for IPv4 and, where it is, IPv6."""
    for port in range(wanted, wanted + PORTS_TRIED):
        opened = _open(port)
        if opened:
            if port != wanted:
                say(f"Port {wanted} is taken; using {port}.")
            return opened
    message = f"Ports {wanted} to {wanted + PORTS_TRIED - 1} are all taken; use --port."
    raise Refusal(message)


def _open(port: int) -> list[socket.socket]:
    opened: list[socket.socket] = []
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
            listener.listen(128)
            opened.append(listener)
        except OSError as error:
            listener.close()
            if family == socket.AF_INET6 and not _taken(error):
                continue  # a machine without IPv6
            for other in opened:
                other.close()
            return []
    return opened


def _taken(error: OSError) -> bool:
    return error.errno in (98, 48)  # EADDRINUSE on Linux, on macOS


def _start_parts(
    family: Family, env: dict[str, str], listeners: list[socket.socket]
) -> None:
    python = sys.executable
    post = socket.create_server(("127.0.0.1", 0))
    env["EMAIL_PORT"] = str(post.getsockname()[1])
    family.start(
        "mail",
        [python, "-m", "careplan.embedded.mail_sink", str(post.fileno()), str(HOME / "mail")],
        env=env,
        cwd=ROOT,
        pass_fds=[post.fileno()],
    )  # fmt: skip
    celery = [python, "-m", "celery", "-A", "careplan.celery"]
    family.start(
        "worker",
        [*celery, "worker", "-c", "1", "-l", "INFO", "--without-gossip", "--without-mingle"],
        env=env,
        cwd=ROOT,
    )  # fmt: skip
    family.start(
        "beat",
        [*celery, "beat", "-l", "INFO", "-s", str(HOME / "beat"), "--pidfile="],
        env=env,
        cwd=ROOT,
    )
    binds = [part for each in listeners for part in ("--bind", f"fd://{each.fileno()}")]
    family.start(
        "web",
        [python, "-m", "gunicorn", "careplan.wsgi", *binds, "--worker-class", "gthread",
         "--workers", "1", "--threads", "4", "--worker-tmp-dir", str(HOME),
         "--no-control-socket"],
        env=env,
        cwd=ROOT,
        pass_fds=[each.fileno() for each in listeners],
    )  # fmt: skip
    for each in (post, *listeners):
        each.close()


def _wait_for(family: Family, port: int) -> None:
    worker = next(child for child in family.children if child.name == "worker")
    deadline = time.monotonic() + PATIENCE
    signs: tuple[Callable[[], bool], ...] = (
        lambda: _web_answers(port),
        lambda: "ready." in worker.last_words(50),
    )
    for ready in signs:
        while not ready():
            if ended := family.first_to_end():
                raise Refusal(_ended(ended))
            if time.monotonic() > deadline:
                message = f"Web or worker does not answer; see {HOME / 'log'}."
                raise Refusal(message)
            time.sleep(0.1)
    family.note()
    say("Web, worker, beat and mailbox: running.")


def _web_answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/", headers={"Host": "localhost"})
        return connection.getresponse().status < 500
    except OSError:
        return False
    finally:
        connection.close()


def _stay(family: Family) -> int:
    """Wait for Ctrl-C, or for a part that ends on its own."""
    while not (ended := family.first_to_end()):
        time.sleep(0.5)
    raise Refusal(_ended(ended))


def _ended(child: Child) -> str:
    return (
        f"The demo's {child.name} process ended on its own"
        f" (exit {child.process.returncode}). Its last words:\n{child.last_words()}"
    )


@contextlib.contextmanager
def _interruptible() -> Iterator[None]:
    """Let a closed terminal and `kill` end the demo as Ctrl-C does."""

    def stop(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    for name in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(name, stop)
    yield


# --- What a person reads ------------------------------------------------------------


def _announce(lock: IO[str], address: str, took: float) -> None:
    lock.truncate(0)
    lock.write(f"{address}/ (process {os.getpid()})")
    lock.flush()
    say(f"\nCareplan is running after {took:.0f} s:  {address}/")
    say(f"What it has sent and who signs in how:  {address}/demo/")
    _print_people()
    say("\nCtrl-C stops it. The data stays for the next time; --reset starts afresh.")


def _print_people() -> None:
    """Print each person's sign-in from what `seed_demo` wrote.

    `.state/demo/people.json` is a list of {"name", "role", "email", "password"}; a
    person with a second factor also has "totp_secret", and /demo/ shows the code.
    """
    try:
        people = json.loads((HOME / "people.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return
    say("")
    for person in people:
        more = "  + code from /demo/" if person.get("totp_secret") else ""
        say(
            f"  {person['role']:<14} {person['name']:<22} {person['email']:<34}"
            f" {person['password']}{more}"
        )
