"""From a bare Python to a running command: make `.venv`, fill it, go on inside it.

Standard library only: this runs before any package is there.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import time
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from careplan.embedded import places
from careplan.embedded.refusal import Refusal

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STATE = ROOT / ".state"
ROOM_NEEDED = 900 * 2**20  # bytes: packages, two database clusters, a margin
MOST_TEST_PROCESSES = 8
NETWORK_WORDS = (
    "Failed to establish a new connection",
    "Temporary failure in name resolution",
    "Name or service not known",
    "Network is unreachable",
    "Connection refused",
    "dns error",
    "Could not connect",
    "tcp connect error",
    "error sending request",
    "Read timed out",
    "ProxyError",
)
NOTHING_FOUND = "from versions: none"  # also what an index says that lacks a package
NO_NETWORK = (
    "The packages cannot be downloaded: there is no network, or the package"
    " index is not reachable. The first start needs it; later ones do not."
)
FULL_WORDS = ("No space left on device", "Disk quota exceeded", "os error 28")


@dataclass(frozen=True)
class Lock:
    """A file of hashed pins, and the commands that need it."""

    name: str
    file: Path

    def digest(self) -> str:
        """Give the checksum of its contents."""
        return hashlib.sha256(self.file.read_bytes()).hexdigest()


RUN = Lock("run", ROOT / "requirements.lock")
DEV = Lock("dev", ROOT / "requirements-dev.lock")
INSTALLER = ROOT / "requirements-uv.lock"
# Some proofs run tests, so they want the development packages as the tests do.
NEED_DEVELOPMENT = (["test"], ["prove"])


def run(arguments: list[str]) -> int:
    """Do one command and give its exit code; every refusal is one sentence."""
    try:
        if os.environ.get("CAREPLAN_ENVIRONMENT") == "ready":
            return _obey(arguments)
        _keep_what_is_compiled()
        if _inside():
            return _obey(arguments)
        prepare(DEV if arguments[:1] in NEED_DEVELOPMENT else RUN)
        _go_on_inside(arguments)
    except Refusal as refusal:
        _say(str(refusal))
        return 1
    except KeyboardInterrupt:
        return 130


def _keep_what_is_compiled() -> None:
    """Where Python is told to keep no bytecode beside its sources, keep it in `.state`.

    Else each process of a demo and of the tests compiles Django and all the rest anew
    before it begins: seconds for every one, and a test run starts dozens.
    """
    if not os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        return
    place = os.environ.setdefault("PYTHONPYCACHEPREFIX", str(STATE / "compiled"))
    places.folder(STATE)
    sys.dont_write_bytecode, sys.pycache_prefix = False, place


def prepare(lock: Lock) -> None:
    """Make sure that `.venv` holds what `lock` pins. Changes nothing if it does."""
    if _is_ready(lock):
        return
    places.folder(STATE)
    with places.locked(STATE / "setup.lock"):
        if _is_ready(lock):
            return
        began = time.monotonic()
        _require_room()
        _make_venv()
        if missing(lock):
            _install(lock)
        _stamp(lock).write_text(lock.digest(), encoding="utf-8")
        _say(f"Packages are ready ({time.monotonic() - began:.0f} s).")


def missing(lock: Lock) -> list[str]:
    """List the pins that `.venv` does not hold. Conditional pins are not counted."""
    site = _site_packages()
    found = {_plain(path.name[:-10]) for path in site.glob("*.dist-info")}
    pins = re.findall(r"^([A-Za-z0-9._-]+)==([^\s;]+) \\$", lock.file.read_text(), re.M)
    return [name for name, version in pins if _plain(f"{name}-{version}") not in found]


def _obey(arguments: list[str]) -> int:
    """Do the command, inside the environment."""
    command, rest = (arguments or ["help"])[0], arguments[1:]
    if command == "demo":
        from careplan.embedded import demo

        return demo.main(rest)
    if [command] in NEED_DEVELOPMENT and not os.environ.get("CAREPLAN_ENVIRONMENT"):
        prepare(DEV)  # the environment of a demo lacks them
    if command == "test":
        os.chdir(ROOT)
        os.execve(sys.executable, _tests(rest), _environment_of_tests())
    if command == "prove":
        from careplan.embedded import proving

        with proving.servers():
            return _obey_django(arguments)
    return _obey_django(arguments)


def _tests(rest: list[str]) -> list[str]:
    return [sys.executable, "-m", "pytest", *(rest or _all_cores())]


def _environment_of_tests() -> dict[str, str]:
    """Let compiled files be kept: a run starts some hundred processes of this code."""
    return {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


def _all_cores() -> list[str]:
    """Spread the whole suite over the machine; a chosen part runs in one process."""
    cores = min(os.cpu_count() or 1, MOST_TEST_PROCESSES)
    return ["-n", str(cores), "--dist", "worksteal"] if cores > 1 else []


def _obey_django(arguments: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "careplan.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db.utils import OperationalError

    from careplan.common import checks

    try:
        execute_from_command_line(["manage.py", *arguments])
    except ImproperlyConfigured as error:
        raise Refusal(f"Careplan does not start: {error}") from error
    except OperationalError as error:
        raise Refusal(checks.why_no_database(error)) from error
    return 0


def _inside() -> bool:
    return Path(sys.prefix).resolve() == VENV.resolve()


def _python() -> Path:
    return VENV / "bin" / "python"


def _go_on_inside(arguments: list[str]) -> NoReturn:
    python = str(_python())
    sys.stdout.flush()
    os.execv(python, [python, str(ROOT / "manage.py"), *arguments])


def _is_ready(lock: Lock) -> bool:
    # What the development lock pins contains what the other one pins.
    return any(
        _stamp(each).exists()
        and _stamp(each).read_text(encoding="utf-8") == each.digest()
        and _python().exists()
        for each in {lock, DEV}
    )


def _stamp(lock: Lock) -> Path:
    return VENV / f"careplan-{lock.name}.stamp"


def _site_packages() -> Path:
    folders = sorted((VENV / "lib").glob("python3.*/site-packages"))
    return folders[-1] if folders else VENV / "lib"


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _require_room() -> None:
    free = shutil.disk_usage(ROOT).free
    if free < ROOM_NEEDED:
        message = (
            f"The disk is nearly full: Careplan needs about {ROOM_NEEDED // 2**20} MB"
            f" in {ROOT} and {free // 2**20} MB are free."
        )
        raise Refusal(message)


def _make_venv() -> None:
    if VENV.is_symlink() and not VENV.exists():
        raise Refusal(f"{VENV} points to a folder that is not there; remove the link.")
    if _works():
        return
    _say("Making .venv ...")
    options = ["--clear"] if VENV.exists() and not VENV.is_symlink() else []
    done = _captured([_base_python(), "-m", "venv", *options, str(VENV)])
    if done.returncode == 0 and _works():
        return
    if _mentions(done.stdout, FULL_WORDS):
        raise Refusal(_disk_full())
    if not (_module_exists("venv") and _module_exists("ensurepip")):
        message = (
            "This Python has no venv module; install it and start again"
            " (on Debian and Ubuntu: apt-get install python3-venv)."
        )
        raise Refusal(message)
    raise Refusal(f"Python cannot make {VENV}: {_last_line(done.stdout)}")


def _works() -> bool:
    """Say whether `.venv` holds a Python that is new enough, and pip."""
    if not _python().exists():
        return False
    test = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    return _captured([str(_python()), "-c", test]).returncode == 0


def _install(lock: Lock) -> None:
    count = len(missing(lock))
    _say(f"Installing {count} packages; the first time this takes up to a minute ...")
    if _install_with_uv(lock):
        return
    pip = [str(_python()), "-m", "pip", "install", "--no-input", "--require-hashes"]
    done = _captured(
        [*pip, "--disable-pip-version-check", "--no-deps", "-r", str(lock.file)]
    )
    if done.returncode == 0:
        return
    if _mentions(done.stdout, FULL_WORDS):
        raise Refusal(_disk_full())
    if _mentions(done.stdout, (*NETWORK_WORDS, NOTHING_FOUND)):
        raise Refusal(NO_NETWORK)
    raise Refusal(f"The packages cannot be installed: {_last_line(done.stdout)}")


def _install_with_uv(lock: Lock) -> bool:
    """Install with uv, itself pinned: twice as fast as pip. False if it is not to be."""
    pip = [str(_python()), "-m", "pip", "install", "-q", "--no-input", "--retries=1"]
    pip += ["--disable-pip-version-check", "--require-hashes", "-r", str(INSTALLER)]
    uv = VENV / "bin" / "uv"
    if not uv.exists():
        got = _captured(pip)
        if _mentions(got.stdout, NETWORK_WORDS) and got.returncode:
            raise Refusal(NO_NETWORK)  # pip would try for a minute and say the same
        if got.returncode:
            return False
    wanted = {"UV_SYSTEM_CERTS": "1", "UV_PYTHON_DOWNLOADS": "never"}
    command = [str(uv), "pip", "install", "-q", "--python", str(_python())]
    done = _captured([*command, "--require-hashes", "-r", str(lock.file)], wanted)
    return done.returncode == 0


def _captured(
    command: list[str], extra: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        check=False,
        text=True,
        errors="replace",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=ROOT,
        env={**os.environ, **(extra or {})},
    )


def _base_python() -> str:
    """Give the Python outside any virtual environment."""
    return getattr(sys, "_base_executable", None) or sys.executable


def _module_exists(name: str) -> bool:
    # A folder alone may be what an uninstalled package has left behind.
    return (Path(sysconfig.get_path("stdlib")) / name / "__main__.py").is_file()


def _mentions(text: str, words: tuple[str, ...]) -> bool:
    return any(word in text for word in words)


def _disk_full() -> str:
    return f"The disk is full: nothing more can be written to {ROOT}."


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else "it gave no reason."


def _say(line: str) -> None:
    sys.stdout.flush()
    sys.stderr.write(line + "\n")
    sys.stderr.flush()
