"""Run the project's commands as a person would: in a process of their own."""

import base64
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def production(**changes: str | None) -> dict[str, str]:
    """Give a safe production environment with `changes`; None takes a name away."""
    wanted: dict[str, str | None] = {
        "PATH": os.environ["PATH"],
        "CAREPLAN_ENVIRONMENT": "ready",
        "SECRET_KEY": "q7Zr2mXv9Lk4Tn8Wc1Yb5Hd3Gf6Js0Pa-Ue_Oi2Rl7Nx4Vt9Ck",
        "CAREPLAN_IDENTITY_KEY": "mB3vN8xK1cZ6qW9eR4tY7uI2oP5aS0dF",
        "CAREPLAN_FIELD_KEYS": "k1:" + base64.b64encode(bytes(range(32))).decode(),
        "ALLOWED_HOSTS": "care.example.org",
        "SITE_ADDRESS": "https://care.example.org",
        "DATABASE_URL": os.environ["DATABASE_URL"],
        "REDIS_URL": os.environ["REDIS_URL"],
        "EMAIL_HOST": "mail.example.org",
        "EMAIL_USE_TLS": "1",
        **changes,
    }
    return {name: value for name, value in wanted.items() if value is not None}


def manage(*arguments: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run `manage.py` with an environment of nothing but `env`."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        check=False,
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=120,
    )
