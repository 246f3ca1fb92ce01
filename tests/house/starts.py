"""Start Careplan many times from one Python that has imported everything already.

Two of a start's two seconds go into importing what no setting changes. So one process
imports it once, under safe settings; for each start it forks, and the fork reads the
settings anew from the environment it is given and does what it is asked as its own.
Run as a program, this module is that process: a request a line in, an answer a line out.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import tempfile
import traceback
from typing import IO, Any

from tests.house.commands import ROOT, production


class Starts:
    """The other end: ask for a start, and be given how it ended."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.house.starts"],
            cwd=ROOT, env=production(), text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def manage(
        self, *arguments: str, env: dict[str, str]
    ) -> subprocess.CompletedProcess[str]:
        """Run `manage.py` with an environment of nothing but `env`."""
        return self._ask({"manage": arguments, "env": env})

    def load(self, module: str, env: dict[str, str]) -> subprocess.CompletedProcess:
        """Import a module that nobody has imported, as a web server does."""
        return self._ask({"load": module, "env": env})

    def _ask(self, request: dict[str, Any]) -> subprocess.CompletedProcess[str]:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        ended = json.loads(self.process.stdout.readline())
        return subprocess.CompletedProcess(request, *ended)

    def close(self) -> None:
        """End the process."""
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(30)


def main() -> None:
    """Import everything under safe settings; then fork for each request."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "careplan.settings"
    import django
    from django.urls import get_resolver

    django.setup()
    _ = get_resolver().url_patterns  # and with them every page
    for line in sys.stdin:
        print(json.dumps(_forked(json.loads(line))), flush=True)  # noqa: T201


def _forked(request: dict[str, Any]) -> tuple[int, str, str]:
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if not child:
            os._exit(_start(request, out, err))
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        return code, _read(out), _read(err)


def _start(request: dict[str, Any], out: IO[bytes], err: IO[bytes]) -> int:
    os.dup2(out.fileno(), 1)
    os.dup2(err.fileno(), 2)
    os.environ.clear()
    os.environ.update(request["env"])
    try:
        _forget_the_settings()
        code = _obey(request)
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else 1
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    return code


def _obey(request: dict[str, Any]) -> int:
    from careplan import bootstrap

    if "manage" in request:
        return bootstrap.run(list(request["manage"]))
    importlib.import_module(request["load"])
    return 0


def _forget_the_settings() -> None:
    """Make the next look at a setting read the environment, as in a new process."""
    from django.conf import empty, settings
    from django.db import connections
    from django.urls import clear_url_caches

    opened = connections.all(initialized_only=True)
    settings.__dict__.clear()
    settings._wrapped = empty
    del sys.modules["careplan.settings"], sys.modules["careplan.urls"]
    clear_url_caches()
    connections._settings = None
    connections.__dict__.pop("settings", None)
    for each in opened:
        del connections[each.alias]


def _read(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()


if __name__ == "__main__":
    main()
