"""F11: a safe deployment passes, and each unsafe one refuses to start in one sentence.

One start of each kind is a process of its own; the others are forks of one that has
imported everything, which reads its settings anew for each.
"""

import os
import re
import subprocess
import sys

import pytest

from tests.house.commands import ROOT, manage, production
from tests.house.starts import Starts

FAR_DATABASE = "postgresql://careplan_app:secret@db.example.org/careplan"
UNSAFE = {
    "DEBUG in production": ("E001", {"DEBUG": "1"}),
    "the demo on a public address": ("E002", {"DEMO": "1"}),
    "no host named": ("E003", {"ALLOWED_HOSTS": ""}),
    "any host": ("E004", {"ALLOWED_HOSTS": "*"}),
    "a short secret key": ("E005", {"SECRET_KEY": "short"}),
    "an example as secret key": (
        "E005",
        {"SECRET_KEY": "django-insecure-" + "x7" * 30},
    ),
    "a short identity key": ("E006", {"CAREPLAN_IDENTITY_KEY": "short"}),
    "one key for both locks": (
        "E007",
        {"CAREPLAN_IDENTITY_KEY": production()["SECRET_KEY"]}
        if "DATABASE_URL" in os.environ
        else {},
    ),
    "no field key": ("E008", {"CAREPLAN_FIELD_KEYS": ""}),
    "a far database without TLS": ("E009", {"DATABASE_URL": FAR_DATABASE}),
    "a far broker without a password": (
        "E010",
        {"REDIS_URL": "rediss://broker.example.org"},
    ),
    "a far broker without TLS": (
        "E011",
        {"REDIS_URL": "redis://:secret@broker.example.org"},
    ),
    "cookies over http": ("E012", {"SITE_ADDRESS": "http://care.example.org"}),
    "mail to the console": (
        "E013",
        {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"},
    ),
    "mail without TLS": ("E014", {"EMAIL_USE_TLS": "0"}),
}
MISSING = (
    "SECRET_KEY",
    "CAREPLAN_IDENTITY_KEY",
    "CAREPLAN_FIELD_KEYS",
    "DATABASE_URL",
    "REDIS_URL",
)
ROLES = {"postgres": "E020", "careplan_backup": "E021", "careplan_owner": "E022"}


@pytest.fixture(scope="module")
def starts():
    made = Starts()
    yield made
    made.close()


def test_a_safe_deployment_passes_the_deploy_check():
    done = manage("check", "--deploy", "--database", "default", env=production())
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout + done.stderr, done.stderr


@pytest.mark.parametrize(("code", "changes"), UNSAFE.values(), ids=UNSAFE)
def test_an_unsafe_setting_refuses_in_one_sentence(starts, code, changes):
    refuses(starts.manage("check", env=production(**changes)), code)


def test_a_process_that_has_imported_nothing_refuses_as_its_forks_do(starts):
    for code, changes in (("E001", {"DEBUG": "1"}), ("E002", {"DEMO": "1"})):
        env = production(**changes)
        alone, forked = manage("check", env=env), starts.manage("check", env=env)
        refuses(alone, code)
        assert (alone.returncode, alone.stdout, alone.stderr) == (
            forked.returncode, forked.stdout, forked.stderr,
        )  # fmt: skip
    assert starts.manage("check", env=production()).returncode == 0


def refuses(done, code):
    assert done.returncode != 0
    found = re.findall(r"\(careplan\.(E\d+)\) (.+)", done.stderr)
    assert [each for each, _ in found] == [code], done.stderr
    assert found[0][1].endswith(".")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", MISSING)
def test_a_missing_setting_refuses_by_its_name(starts, name):
    done = starts.manage("check", env=production(**{name: None}))
    assert done.returncode != 0
    assert done.stderr.startswith(f"Careplan does not start: {name} is not set.")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("role", "code"), ROLES.items())
def test_a_role_that_row_security_does_not_bind_keeps_the_web_down(starts, role, code):
    url = os.environ["DATABASE_URL"].replace("careplan_app@", f"{role}@")
    done = starts.load("careplan.wsgi", production(DATABASE_URL=url))
    assert done.returncode == 1
    assert f"careplan.{code}" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unsafe_setting_keeps_the_web_down():
    web = [sys.executable, "-c", "import careplan.wsgi"]
    done = _finish(web, production(ALLOWED_HOSTS="*"))
    assert done.returncode == 1
    assert "careplan.E004" in done.stderr


def test_a_web_process_sets_aside_what_it_has_loaded():
    """No request pays to look through what stays as long as the process does."""
    told = "import gc, careplan.wsgi; print(gc.get_freeze_count())"
    done = _finish([sys.executable, "-c", told], production())
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split()[-1]) > 100_000


def test_an_unsafe_setting_keeps_worker_and_beat_down(tmp_path):
    celery = [sys.executable, "-m", "celery", "-A", "careplan.celery"]
    parts = (["worker"], ["beat", "--pidfile=", "-s", str(tmp_path / "beat")])
    for part in parts:
        done = _finish([*celery, *part], production(ALLOWED_HOSTS="*"))
        assert done.returncode == 1, part
        assert "careplan.E004" in done.stderr


def test_an_unreachable_database_is_said_in_one_sentence():
    url = "postgresql://careplan_app@127.0.0.1:1/careplan"
    done = manage("check", "--database", "default", env=production(DATABASE_URL=url))
    assert done.returncode == 1
    assert done.stderr.startswith("The database in DATABASE_URL cannot be used:")
    assert done.stderr.count("\n") == 1


def _finish(
    command: list[str], env: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        check=False,
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
    )
