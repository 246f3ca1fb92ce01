"""From a bare Python: each thing that can be missing is one clear sentence."""

import os
import re
import shutil
import subprocess
import sys
from collections import namedtuple

import pytest

from careplan import bootstrap
from careplan.embedded.refusal import Refusal
from tests.house.commands import ROOT

NEEDED = (
    "manage.py",
    "requirements.lock",
    "requirements-dev.lock",
    "requirements-uv.lock",
    "careplan/__init__.py",
    "careplan/bootstrap.py",
    "careplan/embedded",
)
Failed = namedtuple("Failed", "returncode stdout")


@pytest.fixture
def bare(tmp_path):
    """A copy of what runs before any package is there."""
    for name in NEEDED:
        source, target = ROOT / name, tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if source.is_dir() else shutil.copy)(source, target)
    return tmp_path


@pytest.fixture
def venv(tmp_path, monkeypatch):
    """An environment's place that holds nothing yet."""
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    return tmp_path / ".venv"


def test_an_old_python_is_told_which_one_to_get(bare):
    code = (
        "import runpy, sys; sys.version_info = (3, 10, 0, 'final', 0);"
        "sys.argv = ['manage.py', 'demo'];"
        "runpy.run_path('manage.py', run_name='__main__')"
    )
    done = _run([sys.executable, "-c", code], bare)
    assert done.returncode == 1
    assert done.stderr.startswith("Careplan needs Python 3.11 or newer;")


def test_the_door_is_written_so_that_an_old_python_can_read_it():
    source = (ROOT / "manage.py").read_text(encoding="utf-8")
    assert 'f"' not in source
    assert "->" not in source
    assert ":=" not in source


def test_what_runs_before_the_packages_needs_the_standard_library_alone():
    modules = "careplan.bootstrap, careplan.embedded.postgres, careplan.embedded.valkey"
    code = f"import sys; sys.path.insert(0, '.'); import {modules}"
    assert _run([sys.executable, "-I", "-S", "-c", code], ROOT).stderr == ""


def test_the_embedded_servers_know_nothing_of_django():
    for file in (ROOT / "careplan" / "embedded").glob("*.py"):
        source = file.read_text(encoding="utf-8")
        assert not re.search(r"^\s*(from|import) django", source, re.M), file.name


def test_without_a_network_one_sentence_says_so(bare):
    nowhere = "http://127.0.0.1:1/simple"
    done = _run(
        [sys.executable, "manage.py", "demo"],
        bare,
        PIP_INDEX_URL=nowhere,
        PIP_CONFIG_FILE=os.devnull,
        PIP_RETRIES="0",
        UV_DEFAULT_INDEX=nowhere,
        UV_NO_CACHE="1",
    )
    assert done.returncode == 1
    assert "there is no network" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_a_python_without_venv_is_told_what_to_install(venv, monkeypatch):
    monkeypatch.setattr(bootstrap, "_captured", lambda *_: Failed(1, "no ensurepip"))
    monkeypatch.setattr(bootstrap, "_module_exists", lambda name: name != "ensurepip")
    with pytest.raises(Refusal, match="apt-get install python3-venv"):
        bootstrap._make_venv()


def test_a_module_that_is_only_an_empty_folder_is_missing(tmp_path, monkeypatch):
    (tmp_path / "ensurepip").mkdir()
    monkeypatch.setattr(bootstrap.sysconfig, "get_path", lambda _: str(tmp_path))
    assert not bootstrap._module_exists("ensurepip")


def test_a_full_disk_is_said(venv, monkeypatch):
    words = "OSError: [Errno 28] No space left on device"
    monkeypatch.setattr(bootstrap, "_captured", lambda *_: Failed(1, words))
    with pytest.raises(Refusal, match="The disk is full"):
        bootstrap._make_venv()


def test_too_little_room_is_said_before_anything_is_written(monkeypatch):
    monkeypatch.setattr(bootstrap, "ROOM_NEEDED", 2**60)
    with pytest.raises(Refusal, match="nearly full"):
        bootstrap._require_room()


def test_a_link_to_a_missing_environment_is_said(venv):
    venv.symlink_to("nowhere")
    with pytest.raises(Refusal, match="remove the link"):
        bootstrap._make_venv()


@pytest.mark.parametrize(
    ("command", "lock"),
    [("demo", "run"), ("migrate", "run"), ("test", "dev"), ("prove", "dev")],
)
def test_each_command_gets_the_packages_it_needs(monkeypatch, command, lock):
    asked = []
    monkeypatch.delenv("CAREPLAN_ENVIRONMENT", raising=False)
    monkeypatch.setattr(bootstrap, "_inside", lambda: False)
    monkeypatch.setattr(bootstrap, "prepare", asked.append)
    monkeypatch.setattr(bootstrap, "_go_on_inside", asked.append)
    bootstrap.run([command])
    assert [asked[0].name, asked[1]] == [lock, [command]]


def test_what_is_installed_is_what_the_lock_pins():
    assert bootstrap.missing(bootstrap.DEV) == []


def test_a_changed_lock_is_noticed(venv, tmp_path):
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "python").touch()
    lock = bootstrap.Lock("run", tmp_path / "a.lock")
    lock.file.write_text("one==1 \\\n    --hash=sha256:0\n")
    assert not bootstrap._is_ready(lock)
    bootstrap._stamp(lock).write_text(lock.digest())
    assert bootstrap._is_ready(lock)
    lock.file.write_text("one==2 \\\n    --hash=sha256:0\n")
    assert not bootstrap._is_ready(lock)
    assert bootstrap.missing(lock) == ["one"]


def test_the_development_lock_pins_all_that_the_other_one_does():
    pins = [
        {line for line in lock.file.read_text().splitlines() if "==" in line}
        for lock in (bootstrap.RUN, bootstrap.DEV)
    ]
    assert pins[0] <= pins[1]


def test_what_is_compiled_is_kept_where_python_must_not_put_it_beside_its_sources(
    monkeypatch, tmp_path
):
    state = tmp_path / ".state"
    monkeypatch.setattr(bootstrap, "STATE", state)
    monkeypatch.setattr(sys, "pycache_prefix", None)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", "")  # noted, so that it is put back
    monkeypatch.delenv("PYTHONPYCACHEPREFIX")
    bootstrap._keep_what_is_compiled()
    done = _run([sys.executable, "-c", "import this"], ROOT, **os.environ)
    assert done.returncode == 0
    assert [file.name[:5] for file in state.rglob("this*.pyc")] == ["this."]
    assert state.stat().st_mode & 0o077 == 0


def test_no_lock_holds_an_address():
    for file in ROOT.glob("*.lock"):
        assert "://" not in file.read_text(encoding="utf-8"), file.name


def _run(command, folder, **extra):
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        command,
        check=False,
        cwd=folder,
        env=kept | extra,
        capture_output=True,
        text=True,
        timeout=120,
    )
